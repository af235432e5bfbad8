-- Rows that the reading of $3 has and that of $2 has not, or has otherwise, by the
-- targets they count for in both and by what became of them: 'new' happened after
-- $2, 'late' happened before and became known after it, 'corrected' and 'removed'
-- were known on $2 already. Rows whose key has one version, in a batch that stands,
-- are in both readings alike or in the later one only: the two have to be held
-- against each other only for the rest.
WITH moved AS (
    SELECT r.natural_key, r.record_id, r.target_id, r.event_date, r.end_date, r.known_from, u.undone_from
    FROM record r
    LEFT JOIN undone u ON u.batch_id = r.batch_id
    WHERE r.policy_id = $1 AND r.known_from <= $3
      AND (u.batch_id IS NOT NULL OR r.record_id IN (SELECT record_id FROM repeated))
),
newest_then AS (
    SELECT * FROM moved
    WHERE known_from <= $2 AND (undone_from IS NULL OR undone_from > $2)
    QUALIFY row_number() OVER (PARTITION BY natural_key ORDER BY known_from DESC, record_id DESC) = 1
),
newest_now AS (
    SELECT * FROM moved
    WHERE undone_from IS NULL OR undone_from > $3
    QUALIFY row_number() OVER (PARTITION BY natural_key ORDER BY known_from DESC, record_id DESC) = 1
),
known_then AS (
    SELECT * FROM newest_then WHERE event_date <= $2
),
known_now AS (
    SELECT * FROM newest_now WHERE event_date <= $3
),
changed AS (
    SELECT
        coalesce(b.target_id, '') AS before_id, coalesce(a.target_id, '') AS after_id,
        CASE
            WHEN b.record_id IS NULL AND a.event_date > $2 THEN 'new'
            WHEN b.record_id IS NULL THEN 'late'
            WHEN a.record_id IS NULL THEN 'removed'
            -- An end that came after $2 is news, not a correction.
            WHEN a.end_date > $2 AND a.end_date IS DISTINCT FROM b.end_date THEN 'new'
            ELSE 'corrected'
        END AS what
    FROM known_then b
    FULL JOIN known_now a ON a.natural_key = b.natural_key
    WHERE a.record_id IS DISTINCT FROM b.record_id
    UNION ALL
    SELECT '', target_id, CASE WHEN event_date > $2 THEN 'new' ELSE 'late' END
    FROM record
    WHERE policy_id = $1 AND known_from <= $3 AND event_date <= $3
      AND (known_from > $2 OR event_date > $2)
      AND batch_id NOT IN (SELECT batch_id FROM undone)
      AND record_id NOT IN (SELECT record_id FROM repeated)
)
SELECT before_id, after_id, what, count(*) AS n
FROM changed
GROUP BY before_id, after_id, what
ORDER BY before_id, after_id, what
