SELECT batch_id, file, kind, sha256, encoding, demo, loaded_at, loaded_by, rows_read, loaded, superseded, unchanged, refused
FROM batch
WHERE policy_id = ?
ORDER BY batch_id DESC
