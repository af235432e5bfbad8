-- The notes on the targets of a policy, the oldest first.
SELECT n.note_id, n.target_id, n.text, n.noted_at, n.noted_by, w.withdrawn_at, coalesce(w.withdrawn_by, ''), coalesce(w.reason, '')
FROM target_note n
LEFT JOIN target_note_withdrawal w ON w.note_id = n.note_id
WHERE n.policy_id = $1
ORDER BY n.noted_at, n.note_id
