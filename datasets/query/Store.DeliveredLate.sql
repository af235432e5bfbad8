-- How late rows were handed in, as in Store.Delays, by department and kind.
WITH first_row AS (
    SELECT min(first_known) AS day FROM entered($1, $2)
)
SELECT
    department, kind,
    date_diff('day', event_date, $2::DATE) // 7 AS age,
    greatest(date_diff('day', event_date, first_known), 0) // 7 AS delay,
    count(*) AS n
FROM entered($1, $2), first_row
WHERE event_date <= $2 AND event_date >= first_row.day
GROUP BY department, kind, age, delay
