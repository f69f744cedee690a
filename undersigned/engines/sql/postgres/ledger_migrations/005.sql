-- Appeals, the domains of cohorts, and what the desk looks for among a million rows. No index names the column `state`,
-- so that a confirmation stays on its page.
ALTER TABLE states ADD COLUMN appeal text NOT NULL DEFAULT '' CHECK (appeal IN ('', 'made', 'upheld', 'dismissed'));
CREATE INDEX doubtful ON states (campaign, id) WHERE review <> '';
CREATE INDEX struck_rows ON states (campaign, id) WHERE code NOT IN ('', 'withdrawn', 'erased', 'not-me');

CREATE TABLE domains (
  campaign integer NOT NULL,
  cohort bytea NOT NULL, -- 8 bytes
  domain text NOT NULL,
  PRIMARY KEY (campaign, cohort)
);
