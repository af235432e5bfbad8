-- How late rows were handed in, as in Store.Delays, by department and kind.
WITH entered AS (
    SELECT
        natural_key,
        arg_min(department, (known_from, record_id)) AS department,
        arg_min(kind, (known_from, record_id)) AS kind,
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
    department, kind,
    date_diff('day', event_date, $2::DATE) // 7 AS age,
    greatest(date_diff('day', event_date, first_known), 0) // 7 AS delay,
    count(*) AS n
FROM entered, opened
WHERE event_date <= $2 AND event_date >= opened.day
GROUP BY department, kind, age, delay
