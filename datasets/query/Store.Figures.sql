-- Figures reported for targets, and those made of posts: on each date for which
-- a unit reported, the latest row of every unit up to then, pooled. For dates up
-- to $3, as known on $2.
--
-- A version that moves a row to a later date or another target takes the earlier
-- version with it.
WITH visible AS (
    SELECT * FROM held($1, $2) WHERE kind IN ('indicator', 'post') AND event_date <= $3 AND target_id <> ''
),
posts AS (
    SELECT v.*, coalesce(c.value, 'share') AS counts
    FROM visible v
    LEFT JOIN category c
        ON c.policy_id = v.policy_id AND c.kind = v.kind AND c.plan = v.plan AND c.name = v.category
    WHERE v.kind = 'post'
),
dates AS (
    SELECT DISTINCT target_id, event_date FROM posts
),
latest AS (
    SELECT d.target_id, d.event_date AS on_date, p.counts, p.value, p.base_value, p.known_from
    FROM dates d
    JOIN posts p ON p.target_id = d.target_id AND p.event_date <= d.event_date
    QUALIFY row_number() OVER (
        PARTITION BY d.target_id, d.event_date, p.name, p.category ORDER BY p.event_date DESC, p.record_id DESC
    ) = 1
),
pooled AS (
    SELECT
        target_id, on_date, max(known_from) AS known_from,
        sum(value) AS num, sum(base_value) AS den, bool_or(counts = 'quantity') AS summed
    FROM latest
    GROUP BY target_id, on_date
)
SELECT target_id, event_date AS on_date, value::VARCHAR, NULL::VARCHAR AS num, base_value::VARCHAR AS den, known_from, source
FROM visible
WHERE kind = 'indicator' AND value IS NOT NULL
UNION ALL
SELECT
    target_id, on_date,
    CASE WHEN summed THEN num ELSE (num * 100 / den)::DECIMAL(24, 6) END::VARCHAR,
    num::VARCHAR, den::VARCHAR, known_from, ''
FROM pooled
WHERE summed OR den > 0
ORDER BY target_id, on_date, known_from
