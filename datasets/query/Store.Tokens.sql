SELECT token_id, account_id, hash, name, roles, read_only, created_at, expires_at, used_at FROM token ORDER BY token_id
