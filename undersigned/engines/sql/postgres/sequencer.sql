-- The lookups of a batch are given as arrays; the planner is told to use the indexes, whatever a small table suggests.

-- name: planning
SELECT set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', false),
  set_config('enable_mergejoin', 'off', false), set_config('plan_cache_mode', 'force_generic_plan', false),
  set_config('jit', 'off', false),
  set_config('enable_material', 'off', false), set_config('enable_bitmapscan', 'off', false);
-- name: fence
UPDATE state SET fence = fence + 1 RETURNING fence;
-- name: guard
SELECT 1 FROM state WHERE fence = $1 FOR UPDATE;
-- name: state
SELECT as_of, turn, swept FROM state;
-- name: set_state
UPDATE state SET as_of = $1, turn = $2, swept = $3;
-- name: slots_turn
SELECT turn FROM slots_turn;
-- name: set_slots_turn
UPDATE slots_turn SET turn = $1;
-- name: destroy_dead
UPDATE slots SET slot = decode(repeat('00', 48), 'hex') FROM states
WHERE states.id = slots.id AND states.state IN ('refused', 'expired', 'erased');
-- name: positions
SELECT name, position FROM sources;
-- name: position
SELECT position FROM sources WHERE name = $1;
-- name: first_move
INSERT INTO sources (name, position) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING;
-- name: move
UPDATE sources SET position = $2 WHERE name = $1 AND position = $3;
-- name: lookups_of_links
SELECT lookup FROM links;
-- name: names
-- Of the next rows: the last number, and (number, tag or zero bytes, lookup), 40 bytes each.
SELECT max(id), string_agg(int8send(id) || uuid_send(coalesce(tag, '00000000-0000-0000-0000-000000000000')) ||
  uuid_send(lookup), ''::bytea)
FROM (SELECT id, tag, lookup FROM signatures WHERE id > $1 ORDER BY id LIMIT $2) AS next;
-- name: named
SELECT campaigns.name, cohort, domain FROM domains JOIN campaigns ON campaigns.id = domains.campaign;
-- name: paces
-- Forms of this hour and the one before, of the newest event.
SELECT campaigns.name, cohort, signed / 3600, count(*)
FROM signatures JOIN campaigns ON campaigns.id = signatures.campaign
WHERE signed >= (SELECT as_of / 3600 * 3600 - 3600 FROM state) AND cohort <> '' GROUP BY 1, 2, 3;
-- name: newest_record
SELECT record FROM signatures ORDER BY record DESC LIMIT 1;
-- name: numbers
SELECT id FROM signatures WHERE record = ANY($1::uuid[]);
-- name: rows
SELECT id, record, signatures.campaign, tag, lookup, state, signed, review, code, letters, lettered, leaf, logged,
  country, language, source, appeal
FROM unnest($1::bigint[]) AS number
CROSS JOIN LATERAL (SELECT * FROM signatures WHERE id = number OFFSET 0) AS signatures
CROSS JOIN LATERAL (
  SELECT state, review, code, letters, lettered, leaf, logged, appeal FROM states WHERE states.id = number OFFSET 0
) AS found;
-- name: overdue
SELECT id, record, signatures.campaign, tag, lookup, state, signed, review, code, letters, lettered, leaf, logged,
  country, language, source, appeal
FROM signatures JOIN states USING (id) WHERE signed >= $1 AND signed < $2 AND state = 'waiting' ORDER BY signed, id LIMIT $3;
-- name: links
SELECT lookup, signature FROM links WHERE lookup = ANY($1::uuid[]);
-- name: letters
SELECT letters.record, letters.campaign, CASE letters.kind
  WHEN 'confirm' THEN letters.record ELSE (SELECT record FROM signatures WHERE id = letters.signature) END
FROM letters WHERE letters.record = ANY($1::uuid[]);
-- name: releases
SELECT at, texts FROM texts WHERE campaign = $1 ORDER BY id;
-- name: campaigns
SELECT id, name FROM campaigns;
-- name: new_campaign
INSERT INTO campaigns (id, name, root) SELECT coalesce(max(id), 0) + 1, $1, $2 FROM campaigns RETURNING id;
-- name: next
SELECT coalesce(max(id), 0) + 1 FROM signatures;
-- name: enter
COPY signatures (
  id, campaign, signed, updates, record, lookup, tag, commitment, epoch, sealed, text, cohort, country, channel, consent,
  language, source
) FROM STDIN (FORMAT BINARY);
-- name: enter_states
COPY states (id, campaign, letters, lettered, state, review, code, appeal) FROM STDIN (FORMAT BINARY);
-- name: enter_slots
COPY slots (id, slot) FROM STDIN (FORMAT BINARY);
-- name: queue
COPY letters (signature, campaign, hour, record, sealed, language, kind) FROM STDIN (FORMAT BINARY);
-- name: become
UPDATE states SET state = $2, review = $3, code = $4, appeal = $5 WHERE id = ANY($1::bigint[]);
-- name: lettered
UPDATE states SET letters = new.letters, lettered = new.lettered
FROM unnest($1::bigint[], $2::integer[], $3::bigint[]) AS new (id, letters, lettered) WHERE states.id = new.id;
-- name: erase
-- What the log still counts keeps its country until its w line is entered.
UPDATE signatures SET tag = NULL, commitment = '', updates = false, source = '', cohort = '', language = repeat('-', length(language)),
  country = CASE WHEN logged = 's' THEN country ELSE '' END
FROM states WHERE states.id = signatures.id AND signatures.id = ANY($1::bigint[]);
-- name: erase_struck
DELETE FROM struck USING signatures, states
WHERE signatures.id = ANY($1::bigint[]) AND states.id = signatures.id AND struck.campaign = signatures.campaign
  AND struck.covers = states.covers AND struck.channel = signatures.channel AND struck.id = signatures.id;
-- name: erase_covers
UPDATE states SET covers = '' WHERE id = ANY($1::bigint[]) AND covers <> '' AND logged <> 's';
-- name: unseal
UPDATE signatures SET sealed = decode(repeat('00', length(sealed)), 'hex') WHERE id = ANY($1::bigint[]);
-- name: destroy
UPDATE slots SET slot = decode(repeat('00', 48), 'hex') WHERE id = ANY($1::bigint[]);
-- name: fall
DELETE FROM standing USING signatures
WHERE signatures.id = ANY($1::bigint[]) AND standing.campaign = signatures.campaign AND standing.tag = signatures.tag
  AND standing.id = signatures.id;
-- name: stand
COPY standing (campaign, id, tag) FROM STDIN (FORMAT BINARY);
-- name: wait
COPY unlogged (campaign, id, kind) FROM STDIN (FORMAT BINARY);
-- name: wait_no_more
DELETE FROM unlogged WHERE ctid = ANY(ARRAY(
  SELECT found.ctid FROM states
  CROSS JOIN LATERAL (
    SELECT ctid FROM unlogged WHERE campaign = states.campaign AND kind = $2 AND unlogged.id = states.id OFFSET 0
  ) AS found
  WHERE states.id = ANY($1::bigint[])
));
-- name: silence
DELETE FROM letters WHERE signature = ANY($1::bigint[]);
-- name: letters_gone
DELETE FROM letters WHERE record = ANY($1::uuid[]);
-- name: link
INSERT INTO links (lookup, signature) SELECT * FROM unnest($1::uuid[], $2::bigint[]);
-- name: hold
INSERT INTO held (campaign, state, n) VALUES ($1, $2, $3) ON CONFLICT (campaign, state) DO UPDATE SET n = held.n + excluded.n;
-- name: name_cohort
INSERT INTO domains (campaign, cohort, domain) VALUES ($1, $2, $3) ON CONFLICT (campaign, cohort) DO NOTHING;
-- name: epoch
INSERT INTO epochs (epoch, campaign, file, at) VALUES ($1, $2, $3, $4) ON CONFLICT (epoch) DO NOTHING;
-- name: claim
INSERT INTO claims (campaign, line, entered) VALUES ($1, $2, false) ON CONFLICT (campaign, line) DO NOTHING;
-- name: release
INSERT INTO texts (campaign, at, texts, kind, line, entered) VALUES ($1, $2, $3, $4, $5, $6);
-- name: count
INSERT INTO funnel (campaign, day, kind, n) VALUES ($1, $2, $3, $4)
ON CONFLICT (campaign, day, kind) DO UPDATE SET n = funnel.n + excluded.n;
-- name: happen
INSERT INTO happened (campaign, hour, kind, n)
SELECT * FROM unnest($1::integer[], $2::bigint[], $3::text[], $4::bigint[])
ON CONFLICT (campaign, hour, kind) DO UPDATE SET n = happened.n + excluded.n;
-- name: forget
DELETE FROM happened WHERE hour < $1;
-- name: count_cells
INSERT INTO cells (campaign, day, country, language, source, standing, collected)
SELECT * FROM unnest($1::integer[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
ON CONFLICT (campaign, day, country, language, source)
DO UPDATE SET standing = cells.standing + excluded.standing, collected = cells.collected + excluded.collected;
-- name: count_hours
INSERT INTO hours (campaign, hour, standing, collected)
SELECT * FROM unnest($1::integer[], $2::bigint[], $3::bigint[], $4::bigint[])
ON CONFLICT (campaign, hour)
DO UPDATE SET standing = hours.standing + excluded.standing, collected = hours.collected + excluded.collected;
-- name: unsettled
SELECT EXISTS (SELECT 1 FROM unlogged) OR EXISTS (SELECT 1 FROM texts WHERE NOT entered)
  OR EXISTS (SELECT 1 FROM claims WHERE NOT entered)
  OR EXISTS (SELECT 1 FROM campaigns WHERE signed_size <> size);
