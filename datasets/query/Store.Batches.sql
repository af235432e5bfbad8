SELECT
    b.batch_id, b.file, b.kind, b.sha256, b.encoding, b.demo, b.loaded_at, b.loaded_by,
    b.rows_read, b.loaded, b.superseded, b.unchanged, b.refused, u.undone_at, u.undone_by
FROM batch b
LEFT JOIN undone u ON u.batch_id = b.batch_id
WHERE b.policy_id = ?
ORDER BY b.batch_id DESC
