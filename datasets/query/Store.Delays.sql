-- Rows about events up to $3 that were known on $2, by target, by how many weeks
-- had passed on $2 since the event, and by how many weeks after it they became
-- known. Events from before the first row was ever entered tell nothing of delay:
-- they were gathered when the books were opened.
WITH first_row AS (
    SELECT min(first_known) AS day FROM entered($1, $2)
)
SELECT
    target_id,
    date_diff('day', event_date, $2::DATE) // 7 AS age,
    greatest(date_diff('day', event_date, first_known), 0) // 7 AS delay,
    count(*) AS n
FROM entered($1, $2), first_row
WHERE event_date <= $3 AND event_date >= first_row.day
GROUP BY target_id, age, delay
ORDER BY target_id, age, delay
