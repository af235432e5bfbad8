-- What departments have handed in by kind, as known on $2.
WITH delivered AS (
    SELECT department, kind, batch_id, count(*) AS n, max(event_date) AS event_date, max(known_from) AS known_from
    FROM held($1, $2)
    WHERE event_date <= $2
    GROUP BY department, kind, batch_id
)
SELECT v.department, v.kind, sum(v.n)::BIGINT, count(*), max(v.event_date), max(v.known_from), max(b.loaded_at)
FROM delivered v
JOIN batch b ON b.batch_id = v.batch_id
GROUP BY v.department, v.kind
ORDER BY v.department, v.kind
