INSERT INTO record
SELECT
    (SELECT coalesce(max(record_id), 0) FROM record) + row_number() OVER (ORDER BY s.position),
    ?, ?, s.kind, s.natural_key, s.content_hash, s.target_id, s.category, s.plan, s.department,
    s.person, s.name, s.place, s.event_date, s.end_date, s.known_from,
    s.amount, s.base_amount, s.value, s.base_value, s.unit, s.stage, s.source, s.note,
    ?, s.sheet, s.row_no
FROM (
    SELECT * FROM stage
    QUALIFY row_number() OVER (PARTITION BY natural_key, content_hash ORDER BY position) = 1
) s
WHERE NOT EXISTS (
    SELECT 1 FROM record r
    WHERE r.policy_id = ? AND r.natural_key = s.natural_key AND r.content_hash = s.content_hash
      AND r.batch_id NOT IN (SELECT batch_id FROM undone)
)
