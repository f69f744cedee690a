-- name: schema
-- One row is one segment. AUTOINCREMENT: a position is never used twice, not even after everything was dropped.
CREATE TABLE segments (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  segment BLOB NOT NULL -- x'' once dropped
) STRICT;
-- name: append
INSERT INTO segments (segment) VALUES (?);
-- name: last
SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'segments'), 0);
-- name: newest
SELECT position, segment FROM segments ORDER BY position DESC LIMIT 1;
-- name: read
SELECT position, segment FROM segments WHERE position > ? AND length(segment) > 0 ORDER BY position LIMIT ?;
-- name: dropped
SELECT coalesce(
  (SELECT position - 1 FROM segments WHERE length(segment) > 0 ORDER BY position LIMIT 1),
  (SELECT seq FROM sqlite_sequence WHERE name = 'segments'),
  0
);
-- name: empty
UPDATE segments SET segment = x'' WHERE position > ? AND position <= ?;
-- name: forget
DELETE FROM segments;
