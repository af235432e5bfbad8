SELECT target_id, was, now FROM effect WHERE batch_id = ? ORDER BY position
