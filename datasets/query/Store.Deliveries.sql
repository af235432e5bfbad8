-- What departments have handed in by kind, as known on $2.
WITH visible AS (
    SELECT * FROM record
    WHERE policy_id = $1 AND known_from <= $2 AND event_date <= $2
      AND batch_id NOT IN (SELECT batch_id FROM undone WHERE undone_from <= $2)
    QUALIFY row_number() OVER (PARTITION BY natural_key ORDER BY known_from DESC, record_id DESC) = 1
)
SELECT v.department, v.kind, count(*), count(DISTINCT v.batch_id), max(v.event_date), max(v.known_from), max(b.loaded_at)
FROM visible v
JOIN batch b ON b.batch_id = v.batch_id
GROUP BY v.department, v.kind
ORDER BY v.department, v.kind
