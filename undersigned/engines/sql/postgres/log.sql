-- name: campaigns
SELECT name FROM campaigns WHERE size > 0 OR id IN (SELECT campaign FROM texts) ORDER BY name;
-- name: head
SELECT id, size, root, edge, day, note FROM campaigns WHERE name = $1;
-- name: claims
SELECT id, line FROM claims WHERE campaign = $1 AND NOT entered ORDER BY id LIMIT $2;
-- name: texts
SELECT id, line FROM texts WHERE campaign = $1 AND NOT entered ORDER BY id LIMIT $2;
-- name: signatures
SELECT id, commitment FROM unlogged JOIN signatures USING (id)
WHERE unlogged.campaign = $1 AND kind = 's' ORDER BY unlogged.id LIMIT $2;
-- name: withdrawals
SELECT id, leaf, code FROM unlogged JOIN states USING (id)
WHERE unlogged.campaign = $1 AND kind = 'w' ORDER BY unlogged.id LIMIT $2;
-- name: strikes
SELECT id, leaf, code FROM unlogged JOIN states USING (id)
WHERE unlogged.campaign = $1 AND kind = 'x' ORDER BY unlogged.id LIMIT $2;
-- name: reinstatements
SELECT id, leaf FROM unlogged JOIN states USING (id)
WHERE unlogged.campaign = $1 AND kind = 'r' ORDER BY unlogged.id LIMIT $2;
-- name: groups
SELECT geo, channel, live, coalesce((
  SELECT signed FROM uncovered
  WHERE uncovered.campaign = coverage.campaign AND country = geo AND uncovered.channel = coverage.channel
  ORDER BY signed LIMIT 1
), 0), released, covered
FROM coverage WHERE campaign = $1 AND (live > 0 OR told);
-- name: grow
UPDATE campaigns SET size = $1, root = $2, edge = $3, grown = $4, day = $5 WHERE id = $6 AND size = $7 AND root = $8;
-- name: sign
UPDATE campaigns SET note = $1, signed_size = $2, signed_at = $3 WHERE name = $4 AND note = $5;
-- name: enter
COPY entries (campaign, leaf, line) FROM STDIN (FORMAT BINARY);
-- name: entries
SELECT line FROM entries WHERE campaign = $1 AND leaf >= $2 AND leaf < $3 ORDER BY leaf;
-- name: settle_s
UPDATE states SET state = 'counted', logged = 's', leaf = new.leaf
FROM unnest($2::bigint[], $3::bigint[]) AS new (id, leaf)
WHERE states.id = new.id AND campaign = $1 AND state = 'confirmed' AND logged = '';
-- name: settle_w
UPDATE states SET logged = 'w', covers = ''
WHERE id = ANY($2::bigint[]) AND campaign = $1 AND logged = 's' AND state IN ('withdrawn', 'erased');
-- name: settle_x
UPDATE states SET logged = 'x' WHERE id = ANY($2::bigint[]) AND campaign = $1 AND logged = 's' AND state = 'struck';
-- name: settle_r
UPDATE states SET logged = 's', state = 'counted'
WHERE id = ANY($2::bigint[]) AND campaign = $1 AND logged = 'x' AND state = 'confirmed';
-- name: settle_claims
UPDATE claims SET entered = true WHERE campaign = $1 AND id = ANY($2::bigint[]) AND NOT entered;
-- name: settle_texts
UPDATE texts SET entered = true WHERE campaign = $1 AND id = ANY($2::bigint[]) AND NOT entered AND kind = $3;
-- name: settled
-- Line by line: read the other way round, all that waits would be compared with all lines.
DELETE FROM unlogged WHERE ctid = ANY(ARRAY(
  SELECT found.ctid FROM unnest($2::bigint[]) AS line (id)
  CROSS JOIN LATERAL (
    SELECT ctid FROM unlogged WHERE campaign = $1 AND kind = $3 AND unlogged.id = line.id OFFSET 0
  ) AS found
));
-- name: forget_countries
UPDATE signatures SET country = '' FROM states
WHERE signatures.id = ANY($1::bigint[]) AND states.id = signatures.id AND state = 'erased';
-- name: strike
INSERT INTO struck (campaign, covers, channel, id)
SELECT signatures.campaign, covers, channel, id FROM signatures JOIN states USING (id)
WHERE id = ANY($1::bigint[]) AND covers <> '';
-- name: reinstate
DELETE FROM struck USING signatures, states
WHERE signatures.id = ANY($1::bigint[]) AND states.id = signatures.id AND struck.campaign = signatures.campaign
  AND struck.covers = states.covers AND struck.channel = signatures.channel AND struck.id = signatures.id;
-- name: uncovered_new
WITH new AS (
  INSERT INTO uncovered (campaign, country, channel, signed, id)
  SELECT campaign, country, channel, signed, id FROM signatures WHERE id = ANY($1::bigint[])
  RETURNING campaign, country, channel
)
INSERT INTO coverage (campaign, geo, channel, live) SELECT campaign, country, channel, count(*) FROM new GROUP BY 1, 2, 3
ON CONFLICT (campaign, geo, channel) DO UPDATE SET live = coverage.live + excluded.live;
-- name: uncovered_more
WITH new AS (
  INSERT INTO uncovered (campaign, country, channel, signed, id)
  SELECT signatures.campaign, country, channel, signed, id FROM signatures JOIN states USING (id)
  WHERE id = ANY($1::bigint[]) AND covers = '' RETURNING campaign, country, channel
)
INSERT INTO coverage (campaign, geo, channel, live) SELECT campaign, country, channel, count(*) FROM new GROUP BY 1, 2, 3
ON CONFLICT (campaign, geo, channel) DO UPDATE SET live = coverage.live + excluded.live;
-- name: uncovered_less
WITH gone AS (
  DELETE FROM uncovered USING signatures
  WHERE signatures.id = ANY($1::bigint[]) AND uncovered.campaign = signatures.campaign
    AND uncovered.country = signatures.country AND uncovered.channel = signatures.channel
    AND uncovered.signed = signatures.signed AND uncovered.id = signatures.id
  RETURNING uncovered.campaign, uncovered.country, uncovered.channel
)
UPDATE coverage SET live = live - n
FROM (SELECT campaign, country, channel, count(*) AS n FROM gone GROUP BY 1, 2, 3) AS less
WHERE coverage.campaign = less.campaign AND geo = country AND coverage.channel = less.channel;
-- name: covered_more
UPDATE coverage SET covered = covered + $2 * n
FROM (
  SELECT signatures.campaign, covers, channel, count(*) AS n FROM signatures JOIN states USING (id)
  WHERE id = ANY($1::bigint[]) AND covers <> '' GROUP BY 1, 2, 3
) AS more
WHERE coverage.campaign = more.campaign AND geo = covers AND coverage.channel = more.channel;
-- name: cover
WITH gone AS (
  DELETE FROM uncovered WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM uncovered WHERE campaign = $1 AND country = $2 AND channel = $3 ORDER BY signed, id LIMIT $4
  )) RETURNING id
), told AS (
  UPDATE states SET covers = $5 FROM gone WHERE states.id = gone.id RETURNING 1
)
UPDATE coverage SET live = live - (SELECT count(*) FROM told) WHERE campaign = $1 AND geo = $2 AND channel = $3
RETURNING (SELECT count(*) FROM told);
-- name: covered
SELECT released, covered FROM coverage WHERE campaign = $1 AND geo = $2 AND channel = $3 AND told;
-- name: struck_covered
SELECT count(*) FROM struck WHERE campaign = $1 AND covers = $2 AND channel = $3;
-- name: uncover_struck
WITH gone AS (
  DELETE FROM struck WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM struck WHERE campaign = $1 AND covers = $2 AND channel = $3 ORDER BY id LIMIT $4
  )) RETURNING id
)
UPDATE states SET covers = '' FROM gone WHERE states.id = gone.id;
-- name: uncover_standing
UPDATE states SET covers = '' WHERE id IN (
  SELECT id FROM states JOIN signatures USING (id)
  WHERE states.campaign = $1 AND covers = $2 AND channel = $3 AND logged = 's' ORDER BY signed, id LIMIT $4
) RETURNING id;
-- name: release
UPDATE coverage SET told = true, released = released + $4, covered = covered + $5
WHERE campaign = $1 AND geo = $2 AND channel = $3;
-- name: begin_coverage
INSERT INTO coverage (campaign, geo, channel) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;
-- name: signed_at
SELECT signed_at FROM campaigns WHERE name = $1;
-- name: funnel
SELECT kind, sum(n)::bigint FROM funnel WHERE campaign = (SELECT id FROM campaigns WHERE name = $1) GROUP BY kind;
-- name: now
SELECT coalesce((SELECT n FROM held WHERE campaign = campaigns.id AND state = 'waiting'), 0),
  coalesce((SELECT n FROM held WHERE campaign = campaigns.id AND state = 'review'), 0)
FROM campaigns WHERE name = $1;
-- name: funnel_days
SELECT day, kind, n FROM funnel WHERE campaign = (SELECT id FROM campaigns WHERE name = $1) ORDER BY day, kind;
-- name: counts
SELECT counts FROM campaigns WHERE name = $1;
-- name: save
UPDATE campaigns SET counts = $1 WHERE name = $2;
