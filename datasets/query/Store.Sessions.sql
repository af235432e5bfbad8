SELECT hash, account_id, created_at, seen_at, address, agent FROM session ORDER BY created_at, hash
