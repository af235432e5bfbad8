-- The rows behind a figure that are of department $6: of the targets listed in
-- $2, separated by ';', what was known on $3, newest first.
WITH visible AS (
    SELECT * FROM record
    WHERE policy_id = $1 AND known_from <= $3
      AND batch_id NOT IN (SELECT batch_id FROM undone WHERE undone_from <= $3)
    QUALIFY row_number() OVER (PARTITION BY natural_key ORDER BY known_from DESC, record_id DESC) = 1
)
SELECT
    v.record_id, v.target_id, v.kind, v.category, v.department, v.name, v.place,
    v.event_date, v.end_date, v.known_from, v.amount::VARCHAR, v.value::VARCHAR, v.stage, v.source, v.unit,
    b.file, v.sheet, v.row_no, v.batch_id,
    count(*) OVER () AS total
FROM visible v
JOIN batch b USING (batch_id)
WHERE v.event_date <= $3 AND v.department = $6 AND list_contains(string_split($2, ';'), v.target_id)
ORDER BY v.event_date DESC, v.record_id DESC
LIMIT $4 OFFSET $5
