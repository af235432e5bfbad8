-- New rows of the stage that are like another row in all but the key: same
-- category, day, amount and name (of money, which has none, the same purpose).
-- The first of $3, and how many there are. Of the store only what whoever asks may
-- see: nothing unless $4, and of department $5 alone unless that is ''.
WITH every AS (
    SELECT
        r.natural_key, r.category, r.event_date, coalesce(r.amount, -1) AS amount, r.department,
        CASE WHEN r.kind = 'fund' THEN r.note ELSE r.name END AS label, b.file, r.row_no, 0 AS staged
    FROM record r
    JOIN batch b ON b.batch_id = r.batch_id
    WHERE r.policy_id = $1 AND r.kind = $2 AND r.batch_id NOT IN (SELECT batch_id FROM undone)
      AND r.event_date IN (SELECT event_date FROM stage)
    UNION ALL
    SELECT
        natural_key, category, event_date, coalesce(amount, -1), department,
        CASE WHEN kind = 'fund' THEN note ELSE name END, '', row_no, 1
    FROM stage
),
firsts AS (
    SELECT category, event_date, amount, label, natural_key, file, row_no, department, staged
    FROM every
    WHERE staged = 1 OR $4 AND $5 IN ('', department)
    QUALIFY row_number() OVER (PARTITION BY category, event_date, amount, label ORDER BY staged, row_no, natural_key) = 1
),
known AS (
    SELECT DISTINCT natural_key FROM every WHERE staged = 0
),
pairs AS (
    SELECT
        s.position, s.sheet, s.row_no, s.name, s.category, s.department,
        f.file, f.row_no AS other_row, f.category AS other_category, f.department AS other_department
    FROM stage s
    JOIN firsts f ON f.category = s.category AND f.event_date = s.event_date AND f.amount = coalesce(s.amount, -1)
        AND f.label = CASE WHEN s.kind = 'fund' THEN s.note ELSE s.name END
    WHERE f.natural_key <> s.natural_key AND f.label <> ''
      AND $2 NOT IN ('indicator', 'post')
      AND s.natural_key NOT IN (SELECT natural_key FROM known)
)
SELECT
    sheet, row_no, name, category, department, file, other_row, other_category, other_department,
    count(*) OVER () AS total, 0 AS departments
FROM pairs
ORDER BY position
LIMIT $3
