-- name: is_there
SELECT to_regclass('happened') IS NOT NULL;
-- name: hours
SELECT hour, standing, collected FROM hours
WHERE campaign = (SELECT id FROM campaigns WHERE name = $1) AND hour >= $2 AND hour < $3 ORDER BY hour;
-- name: days
SELECT hour / 24 AS day, sum(standing)::bigint, sum(collected)::bigint FROM hours
WHERE campaign = (SELECT id FROM campaigns WHERE name = $1) GROUP BY 1 ORDER BY 1;
-- name: origins
SELECT day, country, source, sum(standing)::bigint FROM cells
WHERE campaign = (SELECT id FROM campaigns WHERE name = $1) AND day >= $2 AND day < $3
GROUP BY day, country, source HAVING sum(standing) > 0 ORDER BY day, country COLLATE "C", source COLLATE "C";
-- name: languages
SELECT day, language, sum(standing)::bigint FROM cells
WHERE campaign = (SELECT id FROM campaigns WHERE name = $1) AND day >= $2 AND day < $3
GROUP BY day, language HAVING sum(standing) > 0 ORDER BY day, language COLLATE "C";
-- name: as_of
SELECT as_of FROM state;
-- name: funnel_days
SELECT day, kind, n FROM funnel WHERE campaign = (SELECT id FROM campaigns WHERE name = $1) ORDER BY day, kind;
-- name: happened
SELECT hour, kind, n FROM happened
WHERE campaign = (SELECT id FROM campaigns WHERE name = $1) AND hour >= $2 AND hour < $3
ORDER BY hour, kind COLLATE "C";
-- name: now
SELECT coalesce((SELECT n FROM held WHERE campaign = campaigns.id AND state = 'waiting'), 0),
  coalesce((SELECT n FROM held WHERE campaign = campaigns.id AND state = 'review'), 0)
FROM campaigns WHERE name = $1;
-- name: counts
SELECT counts FROM campaigns WHERE name = $1;
