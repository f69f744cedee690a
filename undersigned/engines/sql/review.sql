-- What the desk reads. ?1 is what to group by, or a limit; then campaign, reason, cohort, source, since, until.

-- name: review_groups
SELECT CASE ?1 WHEN 'reason' THEN review WHEN 'hour' THEN signed / 3600 * 3600 WHEN 'minute' THEN signed / 60 * 60
  WHEN 'cohort' THEN lower(hex(cohort)) ELSE source END AS what, state, count(*)
FROM signatures WHERE campaign = (SELECT id FROM campaigns WHERE name = ?2) AND review <> '' AND state <> 'erased'
AND (?3 = '' OR review = ?3) AND (?4 = x'' OR cohort = ?4) AND (?5 = '' OR source = ?5) AND signed >= ?6 AND signed < ?7
GROUP BY what, state;
-- name: review_chosen
SELECT record, state, appeal, review, signed
FROM signatures WHERE campaign = (SELECT id FROM campaigns WHERE name = ?2) AND review <> '' AND state <> 'erased'
AND (?3 = '' OR review = ?3) AND (?4 = x'' OR cohort = ?4) AND (?5 = '' OR source = ?5) AND signed >= ?6 AND signed < ?7
ORDER BY signed, record LIMIT ?1;
-- name: struck_groups
SELECT CASE ?1 WHEN 'reason' THEN code WHEN 'hour' THEN signed / 3600 * 3600 WHEN 'minute' THEN signed / 60 * 60
  WHEN 'cohort' THEN lower(hex(cohort)) ELSE source END AS what, state, count(*)
FROM signatures WHERE campaign = (SELECT id FROM campaigns WHERE name = ?2) AND state = 'struck'
AND (?3 = '' OR code = ?3) AND (?4 = x'' OR cohort = ?4) AND (?5 = '' OR source = ?5) AND signed >= ?6 AND signed < ?7
GROUP BY what, state;
-- name: struck_chosen
SELECT record, state, appeal, code, signed
FROM signatures WHERE campaign = (SELECT id FROM campaigns WHERE name = ?2) AND state = 'struck'
AND (?3 = '' OR code = ?3) AND (?4 = x'' OR cohort = ?4) AND (?5 = '' OR source = ?5) AND signed >= ?6 AND signed < ?7
ORDER BY signed, record LIMIT ?1;
-- name: standing_groups
SELECT CASE ?1 WHEN 'reason' THEN review WHEN 'hour' THEN signed / 3600 * 3600 WHEN 'minute' THEN signed / 60 * 60
  WHEN 'cohort' THEN lower(hex(cohort)) ELSE source END AS what, state, count(*)
FROM signatures WHERE campaign = (SELECT id FROM campaigns WHERE name = ?2) AND state IN ('confirmed', 'counted')
AND (?3 = '' OR review = ?3) AND (?4 = x'' OR cohort = ?4) AND (?5 = '' OR source = ?5)
AND signed / 60 >= ?6 / 60 AND signed / 60 <= ?7 / 60 AND signed >= ?6 AND signed < ?7
GROUP BY what, state;
-- name: standing_chosen
SELECT record, state, appeal, code, signed
FROM signatures WHERE campaign = (SELECT id FROM campaigns WHERE name = ?2) AND state IN ('confirmed', 'counted')
AND (?3 = '' OR review = ?3) AND (?4 = x'' OR cohort = ?4) AND (?5 = '' OR source = ?5)
AND signed / 60 >= ?6 / 60 AND signed / 60 <= ?7 / 60 AND signed >= ?6 AND signed < ?7
ORDER BY signed, record LIMIT ?1;
-- name: recorded
SELECT record, state, appeal, CASE state WHEN 'review' THEN review ELSE code END, signed
FROM carray(?) CROSS JOIN signatures ON record = carray.value
WHERE campaign = (SELECT id FROM campaigns WHERE name = ?) ORDER BY signed, record;
-- name: appealed
SELECT record, state, appeal, code, signed
FROM signatures WHERE campaign = (SELECT id FROM campaigns WHERE name = ?) AND state = 'struck' AND appeal = 'made'
ORDER BY signed, record LIMIT ?;
-- name: domains
SELECT cohort, domain FROM domains WHERE campaign = (SELECT id FROM campaigns WHERE name = ?);
