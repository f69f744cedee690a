-- name: is_there
SELECT to_regclass('states') IS NOT NULL;
-- name: status
SELECT campaigns.name, state, (SELECT as_of FROM state), signed, leaf, commitment, code, review, appeal
FROM signatures JOIN states USING (id) JOIN campaigns ON campaigns.id = signatures.campaign WHERE lookup = $1::uuid;
-- name: linked_status
SELECT campaigns.name, state, (SELECT as_of FROM state), signed, leaf, commitment, code, review, appeal
FROM links JOIN signatures ON signatures.id = links.signature JOIN states ON states.id = signatures.id
JOIN campaigns ON campaigns.id = signatures.campaign WHERE links.lookup = $1::uuid;
-- name: due
-- The last letter asked for on a signature's account is the one that waits.
SELECT letters.id, letters.record, campaigns.name, language, kind, hour, sealed, lettered
FROM letters JOIN campaigns ON campaigns.id = letters.campaign JOIN states ON states.id = letters.signature
WHERE letters.id > $1 ORDER BY letters.id LIMIT $2;
-- name: epochs
SELECT epoch, file FROM epochs WHERE campaign = (SELECT id FROM campaigns WHERE name = $1) ORDER BY id;
-- name: epochs_named
SELECT epoch, file FROM epochs
WHERE campaign = (SELECT id FROM campaigns WHERE name = $1) AND epoch = ANY($2::bytea[]) ORDER BY id;
-- name: end
SELECT coalesce(max(id), 0) + 1 FROM signatures;
-- name: records
SELECT signatures.id, record, sealed, nullif(slot, decode(repeat('00', 48), 'hex')), epoch, state
FROM signatures JOIN states USING (id) LEFT JOIN slots USING (id)
WHERE signatures.campaign = (SELECT id FROM campaigns WHERE name = $1) AND signatures.id >= $2 AND signatures.id < $3
ORDER BY signatures.id LIMIT $4;
-- name: campaigns
SELECT name FROM campaigns WHERE id IN (SELECT campaign FROM epochs) ORDER BY name;
