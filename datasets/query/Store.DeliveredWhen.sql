-- The months in which anything was registered, by department and kind, as known
-- on $2, in their order.
SELECT DISTINCT department, kind, date_trunc('month', known_from)::DATE AS month
FROM record
WHERE policy_id = $1 AND known_from <= $2
  AND batch_id NOT IN (SELECT batch_id FROM undone WHERE undone_from <= $2)
ORDER BY department, kind, month
