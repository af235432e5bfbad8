-- What a cap is checked against: the rows of the targets listed in $2, as known
-- on $3 of what had happened by $4, oldest first.
WITH visible AS (
    SELECT * FROM record
    WHERE policy_id = $1 AND known_from <= $3
      AND batch_id NOT IN (SELECT batch_id FROM undone WHERE undone_from <= $3)
    QUALIFY row_number() OVER (PARTITION BY natural_key ORDER BY known_from DESC, record_id DESC) = 1
)
SELECT
    record_id, event_date, person, name, amount::VARCHAR, base_amount::VARCHAR, value::VARCHAR
FROM visible
WHERE event_date <= $4 AND list_contains(string_split($2, ';'), target_id)
ORDER BY event_date, record_id
