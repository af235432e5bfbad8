-- How many staged rows are about something new, correct something, or say what
-- some stored version says already. Of equal rows in one stage only the first
-- is not a repetition.
WITH stored AS (
    SELECT natural_key, content_hash FROM record WHERE policy_id = ? AND batch_id NOT IN (SELECT batch_id FROM undone)
),
judged AS (
    SELECT
        s.natural_key IN (SELECT natural_key FROM stored) AS known,
        EXISTS (SELECT 1 FROM stored r WHERE r.natural_key = s.natural_key AND r.content_hash = s.content_hash) AS same,
        row_number() OVER (PARTITION BY s.natural_key ORDER BY s.position) AS nth,
        row_number() OVER (PARTITION BY s.natural_key, s.content_hash ORDER BY s.position) AS copy
    FROM stage s
)
SELECT
    count(*) FILTER (WHERE NOT known AND nth = 1),
    count(*) FILTER (WHERE NOT same AND copy = 1 AND (known OR nth > 1)),
    count(*) FILTER (WHERE same OR copy > 1)
FROM judged
