SELECT
    (SELECT coalesce(max(batch_id), 0) FROM batch WHERE policy_id = $1 AND loaded + superseded > 0) AS version,
    (SELECT coalesce(max(hash), '') FROM policy WHERE policy_id = $1) AS policy_hash,
    (SELECT coalesce(bool_or(demo), false) FROM batch WHERE policy_id = $1 AND loaded + superseded > 0) AS demo,
    count(*) AS versions,
    min(event_date),
    max(event_date),
    max(known_from)
FROM record
WHERE policy_id = $1
