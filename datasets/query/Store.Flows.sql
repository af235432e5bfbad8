-- Joins, leaves and amounts by target and month up to $3, as known on $2.
WITH visible AS (
    SELECT * FROM record
    WHERE policy_id = $1 AND known_from <= $2 AND kind NOT IN ('indicator', 'post')
      AND batch_id NOT IN (SELECT batch_id FROM undone WHERE undone_from <= $2)
    QUALIFY row_number() OVER (PARTITION BY natural_key ORDER BY known_from DESC, record_id DESC) = 1
),
counting AS (
    SELECT v.*, coalesce(c.value, 'rows') AS counts, t.root_id
    FROM visible v
    JOIN target t ON t.policy_id = v.policy_id AND t.target_id = v.target_id
    LEFT JOIN category c
        ON c.policy_id = v.policy_id AND c.kind = v.kind AND c.plan = v.plan AND c.name = v.category
    WHERE v.event_date <= $3
),
-- A person counts once under one root, from the earliest event.
counted AS (
    SELECT * FROM counting
    QUALIFY counts <> 'persons' OR row_number() OVER (
        PARTITION BY root_id, CASE WHEN person = '' THEN natural_key ELSE person END
        ORDER BY event_date, record_id
    ) = 1
),
moves AS (
    SELECT
        target_id, date_trunc('month', event_date)::DATE AS month, 1 AS joins, 0 AS leaves,
        CASE WHEN counts = 'quantity' THEN value END AS value, amount
    FROM counted
    UNION ALL
    SELECT target_id, date_trunc('month', end_date)::DATE, 0, 1, NULL, NULL
    FROM counted
    WHERE end_date <= $3
)
SELECT
    target_id, month, sum(joins)::BIGINT, sum(leaves)::BIGINT,
    coalesce(sum(value), 0)::DECIMAL(38, 6)::VARCHAR,
    coalesce(sum(amount), 0)::DECIMAL(38, 2)::VARCHAR
FROM moves
GROUP BY target_id, month
ORDER BY target_id, month
