-- name: signed_at
SELECT signed_at FROM campaigns WHERE name = ?;
-- name: funnel
SELECT kind, sum(n) FROM funnel WHERE campaign = (SELECT id FROM campaigns WHERE name = ?) GROUP BY kind;
-- name: now
SELECT
  coalesce((SELECT n FROM held WHERE campaign = campaigns.id AND state = 'waiting'), 0),
  coalesce((SELECT n FROM held WHERE campaign = campaigns.id AND state = 'review'), 0)
FROM campaigns WHERE name = ?;
-- name: funnel_days
SELECT day, kind, n FROM funnel WHERE campaign = (SELECT id FROM campaigns WHERE name = ?) ORDER BY day, kind;
-- name: counts
SELECT counts FROM campaigns WHERE name = ?;
-- name: save
UPDATE campaigns SET counts = ? WHERE name = ?;
