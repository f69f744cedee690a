-- What became of forms and how long letters took, by the hour in which it happened, for a month.
CREATE TABLE happened (
  campaign integer NOT NULL,
  hour bigint NOT NULL, -- whole hours since 1970
  kind text NOT NULL, -- of the funnel, or letter- and the seconds within which a letter left
  n bigint NOT NULL,
  PRIMARY KEY (campaign, hour, kind)
) WITH (fillfactor = 20);
