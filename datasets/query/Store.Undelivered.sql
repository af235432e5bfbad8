-- What is to be sent by $1 and was tried fewer than $2 times.
SELECT
    a.alert_id, a.policy_id, a.kind, a.subject, a.was, a.became, a.text_zh, a.text_en, a.as_of, a.data_state, a.raised_at,
    d.channel, d.tries
FROM alert_delivery d
JOIN alert a USING (alert_id)
WHERE d.delivered_at IS NULL AND d.next_at <= $1 AND d.tries < $2
ORDER BY a.alert_id, d.channel
