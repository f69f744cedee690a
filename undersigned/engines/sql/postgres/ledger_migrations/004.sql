-- Counters beside the rows.

-- How many signatures stand, and were ever confirmed, by day of signing and what is known of them (core/cells.py).
CREATE TABLE cells (
  campaign integer NOT NULL,
  day bigint NOT NULL,
  country text NOT NULL,
  language text NOT NULL,
  source text NOT NULL,
  standing bigint NOT NULL,
  collected bigint NOT NULL,
  PRIMARY KEY (campaign, day, country, source, language)
) WITH (fillfactor = 20);

-- The same by hour of signing alone.
CREATE TABLE hours (
  campaign integer NOT NULL,
  hour bigint NOT NULL, -- whole hours since 1970
  standing bigint NOT NULL,
  collected bigint NOT NULL,
  PRIMARY KEY (campaign, hour)
) WITH (fillfactor = 20);

-- Of a row that was erased before, only the day is still known.
INSERT INTO cells (campaign, day, country, language, source, standing, collected)
SELECT signatures.campaign, signed / 86400, CASE state WHEN 'erased' THEN '' ELSE country END, CASE state WHEN 'erased' THEN '' ELSE language END, source,
  count(*) FILTER (WHERE state IN ('confirmed', 'counted')), count(*)
FROM signatures JOIN states USING (id) WHERE logged <> '' OR state IN ('confirmed', 'counted') GROUP BY 1, 2, 3, 4, 5;
INSERT INTO hours (campaign, hour, standing, collected)
SELECT signatures.campaign, signed / 3600, count(*) FILTER (WHERE state IN ('confirmed', 'counted')), count(*)
FROM signatures JOIN states USING (id) WHERE logged <> '' OR state IN ('confirmed', 'counted') GROUP BY 1, 2;
