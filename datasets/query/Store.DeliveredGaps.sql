-- Days between one registration and the next, by department and kind, as known
-- on $2.
WITH days AS (
    SELECT DISTINCT department, kind, known_from
    FROM record
    WHERE policy_id = $1 AND known_from <= $2
      AND batch_id NOT IN (SELECT batch_id FROM undone WHERE undone_from <= $2)
),
gaps AS (
    SELECT
        department, kind,
        date_diff('day', lag(known_from) OVER (PARTITION BY department, kind ORDER BY known_from), known_from) AS gap
    FROM days
)
SELECT department, kind, gap FROM gaps WHERE gap IS NOT NULL
