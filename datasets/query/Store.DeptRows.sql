-- The rows behind a figure that are of department $6, otherwise as Store.Rows.
WITH shown AS (
    SELECT record_id FROM held($1, $3)
    WHERE event_date <= $3 AND department = $6 AND list_contains(string_split($2, ';'), target_id)
    ORDER BY event_date DESC, record_id DESC
    LIMIT $4 OFFSET $5
)
SELECT
    r.record_id, r.target_id, r.kind, r.category, r.department, r.name, r.place,
    r.event_date, r.end_date, r.known_from, r.amount::VARCHAR, r.value::VARCHAR, r.stage, r.source, r.unit,
    b.file, r.sheet, r.row_no, r.batch_id,
    (SELECT count(*) FROM held($1, $3) WHERE event_date <= $3 AND department = $6 AND list_contains(string_split($2, ';'), target_id)) AS total
FROM shown
JOIN record r USING (record_id)
JOIN batch b ON b.batch_id = r.batch_id
ORDER BY r.event_date DESC, r.record_id DESC
