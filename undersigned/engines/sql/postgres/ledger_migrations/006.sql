-- Figures stated in public, which wait for their `c` line.
CREATE TABLE claims (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  campaign integer NOT NULL REFERENCES campaigns (id),
  line text NOT NULL,
  entered boolean NOT NULL, -- true where nothing waits
  UNIQUE (campaign, line)
);
