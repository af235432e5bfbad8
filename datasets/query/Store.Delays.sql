-- Rows about events up to $3 that were known on $2, by target, by how many weeks
-- had passed on $2 since the event, and by how many weeks after it they became
-- known. Events from before the first row was ever entered tell nothing of delay:
-- they were gathered when the books were opened.
WITH entered AS (
    SELECT
        natural_key,
        arg_min(target_id, (known_from, record_id)) AS target_id,
        arg_min(event_date, (known_from, record_id)) AS event_date,
        min(known_from) AS first_known
    FROM record
    WHERE policy_id = $1 AND known_from <= $2 AND kind NOT IN ('indicator', 'post')
      AND batch_id NOT IN (SELECT batch_id FROM undone WHERE undone_from <= $2)
    GROUP BY natural_key
),
opened AS (
    SELECT min(first_known) AS day FROM entered
)
SELECT
    target_id,
    date_diff('day', event_date, $2::DATE) // 7 AS age,
    greatest(date_diff('day', event_date, first_known), 0) // 7 AS delay,
    count(*) AS n
FROM entered, opened
WHERE event_date <= $3 AND event_date >= opened.day
GROUP BY target_id, age, delay
ORDER BY target_id, age, delay
