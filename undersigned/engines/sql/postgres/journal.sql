-- name: open
-- Whoever comes last is the only one whose appends are taken; what it reads here is durable with this commit.
INSERT INTO journals (source, writer) VALUES ($1, 1)
ON CONFLICT (source) DO UPDATE SET writer = journals.writer + 1 RETURNING last, writer;
-- name: append
WITH moved AS (
  UPDATE journals SET last = $2 WHERE source = $1 AND last = $2::bigint - 1 AND writer = $3 RETURNING source
)
INSERT INTO segments (source, position, segment) SELECT source, $2, $4 FROM moved;
-- name: newest
SELECT segment FROM segments WHERE source = $1 ORDER BY position DESC LIMIT 1;
-- name: read
-- One statement, so of one moment: where the journal ends, and what it holds.
SELECT last, position, segment
FROM journals LEFT JOIN LATERAL (
  SELECT position, segment FROM segments
  WHERE segments.source = journals.source AND position > $2 ORDER BY position LIMIT $3
) AS found ON true
WHERE source = $1;
-- name: dropped
SELECT dropped FROM journals WHERE source = $1;
-- name: drop
WITH moved AS (
  UPDATE journals SET dropped = $2
  WHERE source = $1 AND writer = $3 AND dropped < $2
    AND $2 <= (SELECT position FROM covered WHERE covered.source = $1) RETURNING source
)
DELETE FROM segments USING moved WHERE segments.source = moved.source AND position <= $2;
-- name: names
SELECT source FROM journals ORDER BY source;
-- name: covered
SELECT position FROM covered WHERE source = $1;
-- name: cover
INSERT INTO covered (source, position) VALUES ($1, $2)
ON CONFLICT (source) DO UPDATE SET position = greatest(covered.position, excluded.position);
-- name: compact
VACUUM FULL segments;
