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
-- name: rows_of_lookup
SELECT record, campaign, tag, lookup, state, signed, review, code, letters, lettered, leaf, logged
FROM carray(?) CROSS JOIN signatures ON lookup = carray.value;
-- name: rows_of_record
SELECT record, campaign, tag, lookup, state, signed, review, code, letters, lettered, leaf, logged
FROM carray(?) CROSS JOIN signatures ON record = carray.value;
-- name: rows_of_tag
SELECT record, campaign, tag, lookup, state, signed, review, code, letters, lettered, leaf, logged
FROM carray(?) CROSS JOIN signatures ON campaign = ? AND tag = carray.value;
-- name: rows_overdue
SELECT record, campaign, tag, lookup, state, signed, review, code, letters, lettered, leaf, logged
FROM signatures WHERE campaign = ? AND state = 'waiting' AND signed < ? ORDER BY signed, id LIMIT ?;
-- name: links
SELECT links.lookup, coalesce(signatures.record, x'')
FROM carray(?) CROSS JOIN links ON links.lookup = carray.value
LEFT JOIN signatures ON signatures.id = links.signature;
-- name: letters
SELECT letters.record, letters.campaign, signatures.record
FROM carray(?) CROSS JOIN letters ON letters.record = carray.value
CROSS JOIN signatures ON signatures.id = letters.signature;
-- name: releases
SELECT at, texts FROM texts WHERE campaign = ? ORDER BY id;
-- name: campaigns
SELECT id, name FROM campaigns;
-- name: new_campaign
INSERT INTO campaigns (name, root) VALUES (?, ?);
-- name: enter
INSERT INTO signatures (
  id, record, lookup, campaign, tag, commitment, state, signed, review, code, letters, lettered, logged, country, channel
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?);
-- name: seal
INSERT INTO seals (signature, epoch, sealed, text, consent, updates, language) VALUES (?, ?, ?, ?, ?, ?, ?);
-- name: become
UPDATE signatures SET state = ?, review = ?, code = ?, letters = ?, lettered = ? WHERE record = ?;
-- name: erase
-- What the log still counts keeps its country until its w line is entered.
UPDATE signatures SET tag = NULL, commitment = x'', state = ?, review = ?, code = ?, letters = ?, lettered = ?,
  country = CASE WHEN logged = 's' THEN country ELSE '' END,
  covers = CASE WHEN logged = 's' THEN covers ELSE '' END
WHERE record = ?;
-- name: unseal
UPDATE seals SET sealed = zeroblob(length(sealed))
WHERE signature = (SELECT id FROM signatures WHERE record = ?);
-- name: forget_consent
UPDATE seals SET updates = 0, language = substr('----------------', 1, length(language))
WHERE signature = (SELECT id FROM signatures WHERE record = ?);
-- name: silence
DELETE FROM letters WHERE signature = (SELECT id FROM signatures WHERE record = ?);
-- name: letter_gone
DELETE FROM letters WHERE record = ?;
-- name: link
INSERT INTO links (lookup, signature) VALUES (?, coalesce((SELECT id FROM signatures WHERE record = ?), 0));
-- name: queue
INSERT INTO letters (record, signature, campaign, language, kind, hour, sealed)
VALUES (?, (SELECT id FROM signatures WHERE record = ?), ?, ?, ?, ?, ?);
-- name: epoch
INSERT INTO epochs (epoch, campaign, file, at) VALUES (?, ?, ?, ?) ON CONFLICT (epoch) DO NOTHING;
-- name: release
INSERT INTO texts (campaign, at, texts, kind, line, entered) VALUES (?, ?, ?, ?, ?, ?);
-- name: count
INSERT INTO funnel (campaign, day, kind, n) VALUES (?, ?, ?, ?)
ON CONFLICT (campaign, day, kind) DO UPDATE SET n = n + excluded.n;
-- name: unsettled
SELECT EXISTS (SELECT 1 FROM signatures WHERE state = 'confirmed')
  OR EXISTS (SELECT 1 FROM signatures INDEXED BY untaken WHERE logged = 's' AND state IN ('withdrawn', 'erased', 'struck'))
  OR EXISTS (SELECT 1 FROM texts WHERE entered = 0)
  OR EXISTS (SELECT 1 FROM campaigns WHERE signed_size <> size);
-- name: fate
SELECT state FROM signatures WHERE record = ?;
-- name: next
SELECT coalesce(max(id), 0) + 1 FROM signatures;
