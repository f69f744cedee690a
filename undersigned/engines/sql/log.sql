-- name: campaigns
SELECT name FROM campaigns WHERE size > 0 OR id IN (SELECT campaign FROM texts) ORDER BY name;
-- name: head
SELECT id, size, root, edge, day, note FROM campaigns WHERE name = ?;
-- name: claims
SELECT id, line FROM claims WHERE campaign = ? AND entered = 0 ORDER BY id LIMIT ?;
-- name: texts
SELECT id, line FROM texts WHERE campaign = ? AND entered = 0 ORDER BY id LIMIT ?;
-- name: signatures
SELECT id, commitment FROM signatures
WHERE campaign = ? AND state = 'confirmed' AND logged = '' ORDER BY id LIMIT ?;
-- name: reinstatements
SELECT id, leaf FROM signatures
WHERE campaign = ? AND state = 'confirmed' AND logged = 'x' ORDER BY id LIMIT ?;
-- name: withdrawals
SELECT id, leaf, code FROM signatures INDEXED BY untaken
WHERE campaign = ? AND logged = 's' AND state IN ('withdrawn', 'erased', 'struck') AND state <> 'struck'
ORDER BY id LIMIT ?;
-- name: strikes
SELECT id, leaf, code FROM signatures INDEXED BY untaken
WHERE campaign = ? AND logged = 's' AND state IN ('withdrawn', 'erased', 'struck') AND state = 'struck'
ORDER BY id LIMIT ?;
-- name: uncovered
SELECT country, channel, count(*), min(signed) FROM signatures
WHERE campaign = ? AND logged = 's' AND covers = '' GROUP BY country, channel;
-- name: coverage
SELECT geo, channel, released, covered FROM coverage WHERE campaign = ?;
-- name: enter
INSERT INTO entries (campaign, leaf, line) VALUES (?, ?, ?);
-- name: entries
SELECT line FROM entries WHERE campaign = ? AND leaf >= ? AND leaf < ? ORDER BY leaf;
-- name: settle_s
UPDATE signatures SET state = 'counted', logged = 's', leaf = ?
WHERE id = ? AND campaign = ? AND state = 'confirmed' AND logged = '';
-- name: settle_w
UPDATE signatures SET logged = 'w', covers = '', country = CASE state WHEN 'erased' THEN '' ELSE country END
WHERE id = ? AND campaign = ? AND logged = 's' AND state IN ('withdrawn', 'erased');
-- name: settle_x
UPDATE signatures SET logged = 'x' WHERE id = ? AND campaign = ? AND logged = 's' AND state = 'struck';
-- name: settle_r
UPDATE signatures SET logged = 's', state = 'counted'
WHERE id = ? AND campaign = ? AND logged = 'x' AND state = 'confirmed';
-- name: settle_claim
UPDATE claims SET entered = 1 WHERE id = ? AND campaign = ? AND entered = 0;
-- name: settle_text
UPDATE texts SET entered = 1 WHERE id = ? AND campaign = ? AND entered = 0 AND kind = ?;
-- name: stands_no_more
UPDATE coverage SET covered = covered - 1 WHERE (campaign, geo, channel) = (
  SELECT campaign, covers, channel FROM signatures WHERE id = ? AND covers <> ''
);
-- name: stands_again
UPDATE coverage SET covered = covered + 1 WHERE (campaign, geo, channel) = (
  SELECT campaign, covers, channel FROM signatures WHERE id = ? AND covers <> ''
);
-- name: cover
UPDATE signatures SET covers = ? WHERE id IN (
  SELECT id FROM signatures
  WHERE campaign = ? AND country = ? AND channel = ? AND logged = 's' AND covers = '' ORDER BY signed, id LIMIT ?
);
-- name: uncover_standing
UPDATE signatures SET covers = '' WHERE id IN (
  SELECT id FROM signatures
  WHERE campaign = ? AND covers = ? AND channel = ? AND logged = 's' ORDER BY signed, id LIMIT ?
);
-- name: uncover_struck
UPDATE signatures SET covers = '' WHERE id IN (
  SELECT id FROM signatures
  WHERE campaign = ? AND covers = ? AND channel = ? AND logged = 'x' AND covers <> '' ORDER BY id LIMIT ?
);
-- name: struck_covered
SELECT count(*) FROM signatures WHERE campaign = ? AND covers = ? AND channel = ? AND logged = 'x' AND covers <> '';
-- name: covered
SELECT released, covered FROM coverage WHERE campaign = ? AND geo = ? AND channel = ?;
-- name: begin_coverage
INSERT INTO coverage (campaign, geo, channel, released, covered) VALUES (?, ?, ?, 0, 0) ON CONFLICT DO NOTHING;
-- name: release
UPDATE coverage SET released = released + ?, covered = covered + ? WHERE campaign = ? AND geo = ? AND channel = ?;
-- name: grow
UPDATE campaigns SET size = ?, root = ?, edge = ?, grown = ?, day = ? WHERE id = ? AND size = ? AND root = ?;
-- name: sign
UPDATE campaigns SET note = ?, signed_size = ?, signed_at = ? WHERE name = ? AND note = ?;
