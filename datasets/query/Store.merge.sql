-- Staged rows that say something new. $1 policy, $2 number of the last record,
-- $3 number of the last wording.
INSERT INTO version
SELECT
    $2 + s.position + 1, $3 + 1 + s.wording_id, s.natural_key, s.content_hash, s.person, s.name, s.place,
    s.event_date, s.end_date, s.known_from, s.amount, s.base_amount, s.value, s.base_value, s.source, s.note, s.row_no
FROM (
    SELECT * FROM staged
    QUALIFY row_number() OVER (PARTITION BY natural_key, content_hash ORDER BY position) = 1
) s
WHERE NOT EXISTS (
    SELECT 1 FROM record r
    WHERE r.policy_id = $1 AND r.natural_key = s.natural_key AND r.content_hash = s.content_hash
      AND r.batch_id NOT IN (SELECT batch_id FROM undone)
)
