-- What the desk reads. $1 is what to group by, or a limit; then campaign, reason, cohort, source, since, until.

-- name: review_groups
SELECT CASE $1::text WHEN 'reason' THEN review WHEN 'hour' THEN (signed / 3600 * 3600)::text
  WHEN 'minute' THEN (signed / 60 * 60)::text WHEN 'cohort' THEN encode(cohort, 'hex') ELSE source END AS what,
  state, count(*)
FROM signatures JOIN states USING (id) WHERE states.campaign = (SELECT id FROM campaigns WHERE name = $2) AND review <> '' AND state <> 'erased'
AND ($3::text = '' OR review = $3) AND ($4::bytea = '' OR cohort = $4) AND ($5::text = '' OR source = $5)
AND signed >= $6::bigint AND signed < $7::bigint
GROUP BY 1, 2;
-- name: review_chosen
SELECT record, state, appeal, review, signed
FROM signatures JOIN states USING (id) WHERE states.campaign = (SELECT id FROM campaigns WHERE name = $2) AND review <> '' AND state <> 'erased'
AND ($3::text = '' OR review = $3) AND ($4::bytea = '' OR cohort = $4) AND ($5::text = '' OR source = $5)
AND signed >= $6::bigint AND signed < $7::bigint
ORDER BY signed, record LIMIT $1::bigint;
-- name: struck_groups
SELECT CASE $1::text WHEN 'reason' THEN code WHEN 'hour' THEN (signed / 3600 * 3600)::text
  WHEN 'minute' THEN (signed / 60 * 60)::text WHEN 'cohort' THEN encode(cohort, 'hex') ELSE source END AS what,
  state, count(*)
FROM signatures JOIN states USING (id) WHERE states.campaign = (SELECT id FROM campaigns WHERE name = $2) AND state = 'struck'
AND code NOT IN ('', 'withdrawn', 'erased', 'not-me')
AND ($3::text = '' OR code = $3) AND ($4::bytea = '' OR cohort = $4) AND ($5::text = '' OR source = $5)
AND signed >= $6::bigint AND signed < $7::bigint
GROUP BY 1, 2;
-- name: struck_chosen
SELECT record, state, appeal, code, signed
FROM signatures JOIN states USING (id) WHERE states.campaign = (SELECT id FROM campaigns WHERE name = $2) AND state = 'struck'
AND code NOT IN ('', 'withdrawn', 'erased', 'not-me')
AND ($3::text = '' OR code = $3) AND ($4::bytea = '' OR cohort = $4) AND ($5::text = '' OR source = $5)
AND signed >= $6::bigint AND signed < $7::bigint
ORDER BY signed, record LIMIT $1::bigint;
-- name: standing_groups
SELECT CASE $1::text WHEN 'reason' THEN review WHEN 'hour' THEN (signed / 3600 * 3600)::text
  WHEN 'minute' THEN (signed / 60 * 60)::text WHEN 'cohort' THEN encode(cohort, 'hex') ELSE source END AS what,
  state, count(*)
FROM signatures JOIN states USING (id) WHERE signatures.campaign = (SELECT id FROM campaigns WHERE name = $2) AND state IN ('confirmed', 'counted')
AND ($3::text = '' OR review = $3) AND ($4::bytea = '' OR cohort = $4) AND ($5::text = '' OR source = $5)
AND signed >= $6::bigint AND signed < $7::bigint
GROUP BY 1, 2;
-- name: standing_chosen
SELECT record, state, appeal, code, signed
FROM signatures JOIN states USING (id) WHERE signatures.campaign = (SELECT id FROM campaigns WHERE name = $2) AND state IN ('confirmed', 'counted')
AND ($3::text = '' OR review = $3) AND ($4::bytea = '' OR cohort = $4) AND ($5::text = '' OR source = $5)
AND signed >= $6::bigint AND signed < $7::bigint
ORDER BY signed, record LIMIT $1::bigint;
-- name: recorded
SELECT record, state, appeal, CASE state WHEN 'review' THEN review ELSE code END, signed
FROM signatures JOIN states USING (id)
WHERE record = ANY($1::uuid[]) AND signatures.campaign = (SELECT id FROM campaigns WHERE name = $2) ORDER BY signed, record;
-- name: appealed
SELECT record, state, appeal, code, signed
FROM signatures JOIN states USING (id)
WHERE states.campaign = (SELECT id FROM campaigns WHERE name = $1) AND state = 'struck' AND appeal = 'made'
AND code NOT IN ('', 'withdrawn', 'erased', 'not-me') ORDER BY signed, record LIMIT $2::bigint;
-- name: domains
SELECT cohort, domain FROM domains WHERE campaign = (SELECT id FROM campaigns WHERE name = $1);
-- name: is_there
SELECT to_regclass('domains') IS NOT NULL;
