-- Every revision of the plans of a policy, a row a year; a revision without years
-- has one row without a year.
SELECT r.target_id, r.revision, r.known, r.saved_at, r.saved_by, r.reason, y.year, CAST(y.amount AS VARCHAR)
FROM plan_revision r
LEFT JOIN plan_year y ON y.policy_id = r.policy_id AND y.target_id = r.target_id AND y.revision = r.revision
WHERE r.policy_id = $1
ORDER BY r.target_id, r.revision, y.year
