SELECT account_id, login, name, roles, department, jurisdiction, source, subject, password, must_change, disabled,
    totp, totp_step, recovery, failures, locked_until, created_at, changed_at, signed_in_at
FROM account
ORDER BY account_id
