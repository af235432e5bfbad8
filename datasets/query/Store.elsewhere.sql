-- People of the stage who stand under another key too, in the store or in the
-- stage itself: one row a person, the first of $3, with how many there are and
-- how many of them have another department. Of the store only what whoever asks may
-- see: nothing unless $4, and of department $5 alone unless that is ''.
WITH stored AS (
    SELECT r.natural_key, r.person, r.category, r.department, b.file, r.row_no, r.known_from, r.record_id
    FROM record r
    JOIN batch b ON b.batch_id = r.batch_id
    WHERE r.policy_id = $1 AND r.person <> '' AND r.kind IN ('talent', 'socialworker')
      AND r.batch_id NOT IN (SELECT batch_id FROM undone)
      AND r.person IN (SELECT person FROM stage)
    QUALIFY row_number() OVER (PARTITION BY r.natural_key ORDER BY r.known_from DESC, r.record_id DESC) = 1
),
others AS (
    SELECT natural_key, person, category, department, file, row_no FROM stored
    WHERE $4 AND $5 IN ('', department)
    UNION ALL
    SELECT natural_key, person, category, department, '', row_no FROM stage WHERE person <> ''
),
pairs AS (
    SELECT
        s.position, s.sheet, s.row_no, s.name, s.category, s.department,
        o.file, o.row_no AS other_row, o.category AS other_category, o.department AS other_department,
        max(CASE WHEN o.department <> s.department THEN 1 ELSE 0 END) OVER (PARTITION BY s.person) AS elsewhere
    FROM stage s
    JOIN others o ON o.person = s.person AND o.natural_key <> s.natural_key
    WHERE $2 IN ('talent', 'socialworker')
    QUALIFY row_number() OVER (PARTITION BY s.person ORDER BY s.position, o.file DESC, o.row_no) = 1
)
SELECT
    sheet, row_no, name, category, department, file, other_row, other_category, other_department,
    count(*) OVER () AS total, sum(elsewhere) OVER ()::BIGINT AS departments
FROM pairs
ORDER BY position
LIMIT $3
