-- What was refused, by reason, kind and the department that most rows of the same
-- file have ('' where none of them was good).
WITH counted AS (
    SELECT batch_id, department, count(*) AS n FROM record WHERE policy_id = $1 GROUP BY batch_id, department
),
office AS (
    SELECT batch_id, department FROM counted
    QUALIFY row_number() OVER (PARTITION BY batch_id ORDER BY n DESC, department) = 1
)
SELECT coalesce(o.department, '') AS department, b.kind, f.code, min(f.reason_zh), min(f.reason_en), count(*) AS n, max(b.batch_id)
FROM refusal f
JOIN batch b ON b.batch_id = f.batch_id
LEFT JOIN office o ON o.batch_id = f.batch_id
WHERE b.policy_id = $1 AND f.row_no > 0 AND b.batch_id NOT IN (SELECT batch_id FROM undone)
GROUP BY o.department, b.kind, f.code
ORDER BY n DESC, b.kind, f.code
