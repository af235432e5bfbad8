-- The rows behind a figure: of the targets listed in $2, separated by ';', what
-- was known on $3, newest first. The latest versions are sought among few narrow
-- columns, and only the rows that are shown are read whole.
WITH counted AS (
    SELECT wording_id, target_id FROM wording
    WHERE policy_id = $1 AND batch_id NOT IN (SELECT batch_id FROM undone WHERE undone_from <= $3)
),
meant AS (
    SELECT wording_id FROM counted WHERE list_contains(string_split($2, ';'), target_id)
),
latest AS (
    SELECT v.record_id, v.wording_id, v.event_date
    FROM version v
    JOIN counted USING (wording_id)
    WHERE v.known_from <= $3
      AND v.natural_key IN (SELECT natural_key FROM version JOIN meant USING (wording_id) WHERE known_from <= $3)
    QUALIFY row_number() OVER (PARTITION BY v.natural_key ORDER BY v.known_from DESC, v.record_id DESC) = 1
),
shown AS (
    SELECT record_id, count(*) OVER () AS total
    FROM latest
    WHERE event_date <= $3 AND wording_id IN (SELECT wording_id FROM meant)
    ORDER BY event_date DESC, record_id DESC
    LIMIT $4 OFFSET $5
)
SELECT
    r.record_id, r.target_id, r.kind, r.category, r.department, r.name, r.place,
    r.event_date, r.end_date, r.known_from, r.amount::VARCHAR, r.value::VARCHAR, r.stage, r.source, r.unit,
    b.file, r.sheet, r.row_no, r.batch_id,
    total
FROM shown
JOIN record r USING (record_id)
JOIN batch b ON b.batch_id = r.batch_id
ORDER BY r.event_date DESC, r.record_id DESC
