-- What became of forms and how long letters took, by the hour in which it happened, for a month.
CREATE TABLE happened (
  campaign INTEGER NOT NULL REFERENCES campaigns (id),
  hour INTEGER NOT NULL, -- whole hours since 1970
  kind TEXT NOT NULL, -- of the funnel, or letter- and the seconds within which a letter left
  n INTEGER NOT NULL,
  PRIMARY KEY (campaign, hour, kind)
) STRICT, WITHOUT ROWID;
