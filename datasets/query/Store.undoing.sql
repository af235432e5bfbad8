-- How many rows a batch brought, and how many earlier ones hold again without it.
WITH own AS (
    SELECT natural_key, known_from, record_id FROM record WHERE batch_id = $1
)
SELECT
    (SELECT count(*) FROM own),
    (
        SELECT count(DISTINCT o.natural_key)
        FROM own o
        JOIN record r ON r.natural_key = o.natural_key
        JOIN batch b ON b.batch_id = $1 AND b.policy_id = r.policy_id
        WHERE r.batch_id <> $1 AND (r.known_from, r.record_id) < (o.known_from, o.record_id)
          AND r.batch_id NOT IN (SELECT batch_id FROM undone)
    )
