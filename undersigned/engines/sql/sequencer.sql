-- The lookups of a batch are given as one sorted array each, so that neighbours in an index are read in turn.

-- name: positions
SELECT name, position FROM sources;
-- name: position
SELECT position FROM sources WHERE name = ?;
-- name: move
INSERT INTO sources (name, position) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = excluded.position;
-- name: state
SELECT as_of, turn FROM state;
-- name: set_state
UPDATE state SET as_of = ?, turn = ?;
-- name: rows_of_number
SELECT id, record, campaign, tag, lookup, state, signed, review, code, letters, lettered, leaf, logged,
  country, language, source, appeal
FROM carray(?) CROSS JOIN signatures ON signatures.id = carray.value;
-- name: rows_of_record
SELECT id, record, campaign, tag, lookup, state, signed, review, code, letters, lettered, leaf, logged,
  country, language, source, appeal
FROM carray(?) CROSS JOIN signatures ON record = carray.value;
-- name: rows_overdue
SELECT id, record, campaign, tag, lookup, state, signed, review, code, letters, lettered, leaf, logged,
  country, language, source, appeal
FROM signatures WHERE campaign = ? AND state = 'waiting' AND signed < ? ORDER BY signed, id LIMIT ?;
-- name: links
SELECT links.lookup, links.signature FROM carray(?) CROSS JOIN links ON links.lookup = carray.value;
-- name: letters
SELECT letters.id, letters.record, letters.campaign, CASE letters.kind
  WHEN 'confirm' THEN letters.record ELSE (SELECT record FROM signatures WHERE id = letters.signature) END
FROM carray(?) CROSS JOIN letters ON letters.record = carray.value;
-- name: releases
SELECT at, texts FROM texts WHERE campaign = ? ORDER BY id;
-- name: campaigns
SELECT id, name FROM campaigns;
-- name: new_campaign
INSERT INTO campaigns (name, root) VALUES (?, ?);
-- name: enter
INSERT INTO signatures (
  id, record, lookup, campaign, tag, commitment, state, signed, review, code, letters, lettered, logged, country, channel,
  source, cohort, language, appeal
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?);
-- name: seal
INSERT INTO seals (signature, epoch, sealed, text, consent, updates, language) VALUES (?, ?, ?, ?, ?, ?, ?);
-- name: become
UPDATE signatures SET state = ?, review = ?, code = ?, appeal = ? WHERE id IN (SELECT value FROM carray(?));
-- name: lettered
UPDATE signatures SET letters = ?, lettered = ? WHERE id = ?;
-- name: erase
-- What the log still counts keeps its country until its w line is entered.
UPDATE signatures SET tag = NULL, commitment = x'', state = 'erased', review = ?, code = ?, appeal = ?,
  source = '', cohort = x'', language = '',
  country = CASE WHEN logged = 's' THEN country ELSE '' END,
  covers = CASE WHEN logged = 's' THEN covers ELSE '' END
WHERE id IN (SELECT value FROM carray(?));
-- name: unseal
UPDATE seals SET sealed = zeroblob(length(sealed)) WHERE signature IN (SELECT value FROM carray(?));
-- name: forget_consent
UPDATE seals SET updates = 0, language = substr('----------------', 1, length(language))
WHERE signature IN (SELECT value FROM carray(?));
-- name: silence_own
DELETE FROM letters WHERE record IN (SELECT value FROM carray(?)) AND kind = 'confirm';
-- name: silence_others
DELETE FROM letters WHERE signature IN (SELECT value FROM carray(?)) AND kind = 'already';
-- name: letters_gone
DELETE FROM letters WHERE id IN (SELECT value FROM carray(?));
-- name: link
INSERT INTO links (lookup, signature) VALUES (?, ?);
-- name: queue
INSERT INTO letters (record, signature, campaign, language, kind, hour, sealed) VALUES (?, ?, ?, ?, ?, ?, ?);
-- name: hold
INSERT INTO held (campaign, state, n) VALUES (?, ?, ?) ON CONFLICT (campaign, state) DO UPDATE SET n = n + excluded.n;
-- name: name_cohort
INSERT INTO domains (campaign, cohort, domain) VALUES (?, ?, ?) ON CONFLICT (campaign, cohort) DO NOTHING;
-- name: epoch
INSERT INTO epochs (epoch, campaign, file, at) VALUES (?, ?, ?, ?) ON CONFLICT (epoch) DO NOTHING;
-- name: claim
INSERT INTO claims (campaign, line, entered) VALUES (?, ?, 0) ON CONFLICT (campaign, line) DO NOTHING;
-- name: release
INSERT INTO texts (campaign, at, texts, kind, line, entered) VALUES (?, ?, ?, ?, ?, ?);
-- name: count
INSERT INTO funnel (campaign, day, kind, n) VALUES (?, ?, ?, ?)
ON CONFLICT (campaign, day, kind) DO UPDATE SET n = n + excluded.n;
-- name: happen
INSERT INTO happened (campaign, hour, kind, n) VALUES (?, ?, ?, ?)
ON CONFLICT (campaign, hour, kind) DO UPDATE SET n = n + excluded.n;
-- name: forget
DELETE FROM happened WHERE hour < ?;
-- name: count_cells
INSERT INTO cells (campaign, day, country, language, source, standing, collected) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (campaign, day, country, language, source)
DO UPDATE SET standing = standing + excluded.standing, collected = collected + excluded.collected;
-- name: count_hours
INSERT INTO hours (campaign, hour, standing, collected) VALUES (?, ?, ?, ?)
ON CONFLICT (campaign, hour)
DO UPDATE SET standing = standing + excluded.standing, collected = collected + excluded.collected;
-- name: unsettled
SELECT EXISTS (SELECT 1 FROM signatures WHERE state = 'confirmed')
  OR EXISTS (SELECT 1 FROM signatures INDEXED BY untaken WHERE logged = 's' AND state IN ('withdrawn', 'erased', 'struck'))
  OR EXISTS (SELECT 1 FROM texts WHERE entered = 0)
  OR EXISTS (SELECT 1 FROM claims WHERE entered = 0)
  OR EXISTS (SELECT 1 FROM campaigns WHERE signed_size <> size);
-- name: fate
SELECT state FROM signatures WHERE record = ?;
-- name: next
SELECT coalesce(max(id), 0) + 1 FROM signatures;
-- name: names
SELECT id, tag, lookup FROM signatures WHERE id > ? ORDER BY id LIMIT ?;
-- name: lookups_of_links
SELECT lookup FROM links;
-- name: named
SELECT campaigns.name, cohort, domain FROM domains JOIN campaigns ON campaigns.id = domains.campaign;
-- name: paces
-- Forms of this hour and the one before, of the newest event.
SELECT campaigns.name, cohort, signed / 3600, count(*)
FROM signatures JOIN campaigns ON campaigns.id = signatures.campaign
WHERE signed / 60 >= (SELECT as_of / 3600 * 60 - 60 FROM state) AND cohort <> x'' GROUP BY 1, 2, 3;
-- name: newest_record
SELECT coalesce(max(record), x'') FROM signatures;
-- name: standing
SELECT campaign, tag, count(*) FROM carray(?) CROSS JOIN signatures ON signatures.id = carray.value
WHERE state IN ('confirmed', 'counted', 'review') AND tag IS NOT NULL GROUP BY campaign, tag HAVING count(*) > 1;
-- name: twins
SELECT lookup FROM carray(?) CROSS JOIN signatures ON signatures.id = carray.value GROUP BY lookup HAVING count(*) > 1;
-- name: proof
SELECT signatures.id, tag, lookup, commitment, line FROM signatures
LEFT JOIN entries ON entries.campaign = signatures.campaign AND entries.leaf = signatures.leaf
WHERE signatures.id > ? ORDER BY signatures.id LIMIT ?;
