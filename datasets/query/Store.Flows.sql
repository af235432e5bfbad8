-- Joins, leaves and amounts by target and month up to $3, as known on $2.
WITH meant AS (
    SELECT w.wording_id, w.target_id, coalesce(c.value, 'rows') AS counts, t.root_id
    FROM wording w
    JOIN target t ON t.policy_id = w.policy_id AND t.target_id = w.target_id
    LEFT JOIN category c
        ON c.policy_id = w.policy_id AND c.kind = w.kind AND c.plan = w.plan AND c.name = w.category
    WHERE w.policy_id = $1 AND w.kind NOT IN ('indicator', 'post')
),
counting AS NOT MATERIALIZED (
    SELECT
        m.target_id, v.natural_key, v.person, v.event_date, v.end_date, v.record_id, v.value, v.amount,
        m.counts, m.root_id
    FROM held($1, $2) v
    JOIN meant m ON m.wording_id = v.wording_id
    WHERE v.event_date <= $3
),
-- A person counts once under one root, from the earliest event.
persons AS (
    SELECT target_id, event_date, end_date, amount FROM counting
    WHERE counts = 'persons'
    QUALIFY row_number() OVER (
        PARTITION BY root_id, CASE WHEN person = '' THEN natural_key ELSE person END
        ORDER BY event_date, record_id
    ) = 1
),
joining AS (
    SELECT
        target_id, date_trunc('month', event_date)::DATE AS month, count(*) AS joins, 0 AS leaves,
        sum(CASE WHEN counts = 'quantity' THEN value END) AS value, sum(amount) AS amount
    FROM counting
    WHERE counts <> 'persons'
    GROUP BY ALL
    UNION ALL
    SELECT target_id, date_trunc('month', event_date)::DATE, count(*), 0, NULL, sum(amount)
    FROM persons
    GROUP BY ALL
),
leaving AS (
    SELECT target_id, date_trunc('month', end_date)::DATE AS month, 0 AS joins, count(*) AS leaves, NULL AS value, NULL AS amount
    FROM (
        SELECT target_id, end_date FROM counting WHERE counts <> 'persons' AND end_date <= $3
        UNION ALL
        SELECT target_id, end_date FROM persons WHERE end_date <= $3
    )
    GROUP BY ALL
)
SELECT
    target_id, month, sum(joins)::BIGINT, sum(leaves)::BIGINT,
    coalesce(sum(value), 0)::DECIMAL(38, 6)::VARCHAR,
    coalesce(sum(amount), 0)::DECIMAL(38, 2)::VARCHAR
FROM (SELECT * FROM joining UNION ALL SELECT * FROM leaving)
GROUP BY target_id, month
ORDER BY target_id, month
