-- The scenarios of a policy, the latest saved first; of $2 only that one.
SELECT scenario_id, policy_id, name, note, body, answer, data_state, locked, saved_at, saved_by
FROM scenario
WHERE policy_id = $1 AND ($2 = 0 OR scenario_id = $2)
ORDER BY saved_at DESC, scenario_id DESC
