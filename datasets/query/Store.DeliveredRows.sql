-- What department $2 has handed in of kind $3, as known on $4, newest first. Only
-- the rows that are shown are read whole.
WITH shown AS (
    SELECT record_id
    FROM held($1, $4)
    WHERE event_date <= $4 AND department = $2 AND kind = $3
    ORDER BY event_date DESC, record_id DESC
    LIMIT $5 OFFSET $6
)
SELECT
    r.record_id, r.target_id, r.kind, r.category, r.department, r.name, r.place,
    r.event_date, r.end_date, r.known_from, r.amount::VARCHAR, r.value::VARCHAR, r.stage, r.source, r.unit,
    b.file, r.sheet, r.row_no, r.batch_id,
    (SELECT count(*) FROM held($1, $4) WHERE event_date <= $4 AND department = $2 AND kind = $3) AS total
FROM shown
JOIN record r USING (record_id)
JOIN batch b ON b.batch_id = r.batch_id
ORDER BY r.event_date DESC, r.record_id DESC
