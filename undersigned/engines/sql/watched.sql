-- name: hours
SELECT hour, standing, collected FROM hours
WHERE campaign = (SELECT id FROM campaigns WHERE name = ?) AND hour >= ? AND hour < ? ORDER BY hour;
-- name: days
SELECT hour / 24 AS day, sum(standing), sum(collected) FROM hours
WHERE campaign = (SELECT id FROM campaigns WHERE name = ?) GROUP BY 1 ORDER BY 1;
-- name: origins
SELECT day, country, source, sum(standing) AS n FROM cells
WHERE campaign = (SELECT id FROM campaigns WHERE name = ?) AND day >= ? AND day < ?
GROUP BY day, country, source HAVING n > 0 ORDER BY day, country, source;
-- name: languages
SELECT day, language, sum(standing) AS n FROM cells
WHERE campaign = (SELECT id FROM campaigns WHERE name = ?) AND day >= ? AND day < ?
GROUP BY day, language HAVING n > 0 ORDER BY day, language;
-- name: as_of
SELECT as_of FROM state;
-- name: funnel_days
SELECT day, kind, n FROM funnel WHERE campaign = (SELECT id FROM campaigns WHERE name = ?) ORDER BY day, kind;
-- name: happened
SELECT hour, kind, n FROM happened
WHERE campaign = (SELECT id FROM campaigns WHERE name = ?) AND hour >= ? AND hour < ? ORDER BY hour, kind;
-- name: now
SELECT
  coalesce((SELECT n FROM held WHERE campaign = campaigns.id AND state = 'waiting'), 0),
  coalesce((SELECT n FROM held WHERE campaign = campaigns.id AND state = 'review'), 0)
FROM campaigns WHERE name = ?;
-- name: counts
SELECT counts FROM campaigns WHERE name = ?;
