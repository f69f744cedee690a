-- Counters beside the rows, and the language beside the country, where a row is read anyway.

ALTER TABLE signatures ADD COLUMN language TEXT NOT NULL DEFAULT '';
UPDATE signatures SET language = coalesce((SELECT language FROM seals WHERE signature = signatures.id), '')
WHERE state <> 'erased';

-- How many signatures stand, and were ever confirmed, by day of signing and what is known of them (core/cells.py).
CREATE TABLE cells (
  campaign INTEGER NOT NULL REFERENCES campaigns (id),
  day INTEGER NOT NULL,
  country TEXT NOT NULL,
  language TEXT NOT NULL,
  source TEXT NOT NULL,
  standing INTEGER NOT NULL,
  collected INTEGER NOT NULL,
  PRIMARY KEY (campaign, day, country, source, language)
) STRICT, WITHOUT ROWID;

-- The same by hour of signing alone.
CREATE TABLE hours (
  campaign INTEGER NOT NULL REFERENCES campaigns (id),
  hour INTEGER NOT NULL, -- whole hours since 1970
  standing INTEGER NOT NULL,
  collected INTEGER NOT NULL,
  PRIMARY KEY (campaign, hour)
) STRICT, WITHOUT ROWID;

-- Of a row that was erased before, only the day is still known.
INSERT INTO cells (campaign, day, country, language, source, standing, collected)
SELECT campaign, signed / 86400, CASE state WHEN 'erased' THEN '' ELSE country END, language, source,
  sum(state IN ('confirmed', 'counted')), count(*)
FROM signatures WHERE logged <> '' OR state IN ('confirmed', 'counted') GROUP BY 1, 2, 3, 4, 5;
INSERT INTO hours (campaign, hour, standing, collected)
SELECT campaign, signed / 3600, sum(state IN ('confirmed', 'counted')), count(*)
FROM signatures WHERE logged <> '' OR state IN ('confirmed', 'counted') GROUP BY 1, 2;
