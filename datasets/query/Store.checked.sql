-- What a cap is checked against: the rows of the targets listed in $2, separated by
-- ';', as known on $3 of what had happened by $4, oldest first.
SELECT
    record_id, event_date, person, name, amount::VARCHAR, base_amount::VARCHAR, value::VARCHAR
FROM held($1, $3)
WHERE event_date <= $4 AND list_contains(string_split($2, ';'), target_id)
ORDER BY event_date, record_id
