-- Figures stated in public, which wait for their `c` line.
CREATE TABLE claims (
  id INTEGER PRIMARY KEY,
  campaign INTEGER NOT NULL REFERENCES campaigns (id),
  line TEXT NOT NULL,
  entered INTEGER NOT NULL, -- 1 where nothing waits
  UNIQUE (campaign, line)
) STRICT;
