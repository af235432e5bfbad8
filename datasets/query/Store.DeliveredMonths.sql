-- Rows by department, kind and month of the event, as known on $2.
WITH visible AS (
    SELECT * FROM record
    WHERE policy_id = $1 AND known_from <= $2 AND event_date <= $2
      AND batch_id NOT IN (SELECT batch_id FROM undone WHERE undone_from <= $2)
    QUALIFY row_number() OVER (PARTITION BY natural_key ORDER BY known_from DESC, record_id DESC) = 1
)
SELECT department, kind, date_trunc('month', event_date)::DATE AS month, count(*)
FROM visible
GROUP BY department, kind, month
ORDER BY department, kind, month
