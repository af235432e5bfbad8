-- What was last seen of policy $1.
SELECT subject, state FROM seen WHERE policy_id = $1
