-- The alerts of policy $1, the latest first, $2 at most, with how each went out.
SELECT
    a.alert_id, a.policy_id, a.kind, a.subject, a.was, a.became, a.text_zh, a.text_en, a.as_of, a.data_state, a.raised_at,
    (
        SELECT string_agg(channel || CASE WHEN delivered_at IS NOT NULL THEN ' √' ELSE ' ×' || tries END, ' · ' ORDER BY channel)
        FROM alert_delivery d WHERE d.alert_id = a.alert_id
    ) AS sent
FROM alert a
WHERE a.policy_id = $1
ORDER BY a.alert_id DESC
LIMIT $2
