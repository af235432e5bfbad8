-- The latest self-review of each target of a department for a year.
SELECT target_id, revision, CAST(score AS VARCHAR), reason, measures, saved_at, saved_by
FROM self_review
WHERE policy_id = $1 AND dept_id = $2 AND year = $3
QUALIFY row_number() OVER (PARTITION BY target_id ORDER BY revision DESC) = 1
ORDER BY target_id
