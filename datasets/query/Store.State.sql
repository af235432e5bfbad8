-- What stands at the moment. Rows of batches taken back are not counted; rows
-- that earlier days still show mark them as synthetic all the same.
SELECT
    (SELECT coalesce(max(batch_id), 0) FROM batch WHERE policy_id = $1 AND loaded + superseded > 0) AS version,
    (SELECT count(*) FROM undone WHERE policy_id = $1) AS undone,
    (SELECT coalesce(max(hash), '') FROM policy WHERE policy_id = $1) AS policy_hash,
    (
        SELECT coalesce(bool_or(b.demo), false)
        FROM batch b
        LEFT JOIN undone u ON u.batch_id = b.batch_id
        WHERE b.policy_id = $1 AND b.loaded + b.superseded > 0 AND (u.undone_from IS NULL OR u.undone_from > DATE '0001-01-01')
    ) AS demo,
    count(*) AS versions,
    min(event_date),
    max(event_date),
    max(known_from)
FROM record
WHERE policy_id = $1 AND batch_id NOT IN (SELECT batch_id FROM undone)
