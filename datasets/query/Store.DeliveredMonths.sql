-- Rows by department, kind and month of the event, as known on $2.
SELECT department, kind, date_trunc('month', event_date)::DATE AS month, count(*)
FROM held($1, $2)
WHERE event_date <= $2
GROUP BY department, kind, month
ORDER BY department, kind, month
