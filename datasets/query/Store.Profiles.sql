SELECT profile_id, office, signature, kind, columns, saved_at, saved_by
FROM profile
WHERE policy_id = ?
ORDER BY profile_id DESC
