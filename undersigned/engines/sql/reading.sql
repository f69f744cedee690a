-- name: status
SELECT campaigns.name, signatures.state, (SELECT as_of FROM state), signed, leaf, commitment, code, review, appeal
FROM signatures JOIN campaigns ON campaigns.id = signatures.campaign
WHERE signatures.signed / 60 = ? AND signatures.lookup = ?;
-- name: status_of_any_minute
SELECT campaigns.name, signatures.state, (SELECT as_of FROM state), signed, leaf, commitment, code, review, appeal
FROM signatures JOIN campaigns ON campaigns.id = signatures.campaign WHERE signatures.lookup = ?;
-- name: linked_status
SELECT campaigns.name, signatures.state, (SELECT as_of FROM state), signed, leaf, commitment, code, review, appeal
FROM links JOIN signatures ON signatures.id = links.signature JOIN campaigns ON campaigns.id = signatures.campaign
WHERE links.lookup = ?;
-- name: due
-- The last letter asked for on a signature's account is the one that waits.
SELECT letters.id, letters.record, campaigns.name, letters.language, kind, hour, sealed, lettered
FROM letters JOIN campaigns ON campaigns.id = letters.campaign JOIN signatures ON signatures.id = letters.signature
WHERE letters.id > ? ORDER BY letters.id LIMIT ?;
-- name: epochs
SELECT epoch, file FROM epochs WHERE campaign = (SELECT id FROM campaigns WHERE name = ?) ORDER BY id;
-- name: epochs_named
SELECT epoch, file FROM carray(?) CROSS JOIN epochs ON epoch = carray.value
WHERE campaign = (SELECT id FROM campaigns WHERE name = ?);
-- name: records
SELECT signatures.id, record, sealed, epoch, state
FROM signatures JOIN seals ON seals.signature = signatures.id
WHERE signatures.campaign = (SELECT id FROM campaigns WHERE name = ?)
AND signatures.id >= ? AND signatures.id < ?
ORDER BY signatures.id LIMIT ?;
-- name: end
SELECT coalesce(max(id), 0) + 1 FROM signatures;
-- name: campaigns
SELECT name FROM campaigns WHERE id IN (SELECT campaign FROM epochs) ORDER BY name;
