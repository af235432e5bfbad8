-- The reports written of a policy, the latest first; of $2 only that one.
SELECT report_id, policy_id, kind, lang, format, name, as_of, department, scenario, data_state, version, seed, bytes, sha256, made_at, made_by
FROM report
WHERE policy_id = $1 AND ($2 = 0 OR report_id = $2)
ORDER BY made_at DESC, report_id DESC
LIMIT 500
