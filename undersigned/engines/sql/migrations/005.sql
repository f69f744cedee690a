-- Appeals, the domains of cohorts, and what the desk looks for among a million rows: few rows stand in these indexes.

ALTER TABLE signatures ADD COLUMN appeal TEXT NOT NULL DEFAULT '' CHECK (appeal IN ('', 'made', 'upheld', 'dismissed'));
CREATE INDEX doubtful ON signatures (campaign, signed) WHERE review <> '';
CREATE INDEX struck_rows ON signatures (campaign, signed) WHERE state = 'struck';

CREATE TABLE domains (
  campaign INTEGER NOT NULL REFERENCES campaigns (id),
  cohort BLOB NOT NULL, -- 8 bytes
  domain TEXT NOT NULL,
  PRIMARY KEY (campaign, cohort)
) STRICT, WITHOUT ROWID;
