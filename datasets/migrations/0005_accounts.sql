-- Who may use the system. No secret is here in clear: passwords, recovery codes,
-- sessions and tokens are hashes, what TOTP shares is encrypted under a key that
-- lies beside the database.
CREATE TABLE account (
    account_id   BIGINT PRIMARY KEY,
    login        VARCHAR NOT NULL,
    name         VARCHAR NOT NULL,
    roles        VARCHAR NOT NULL, -- separated by ','
    department   VARCHAR NOT NULL, -- '' for none
    jurisdiction VARCHAR NOT NULL,
    source       VARCHAR NOT NULL, -- local, oidc, ldap
    subject      VARCHAR NOT NULL, -- at the source; '' for a local account
    password     VARCHAR NOT NULL, -- argon2id with its parameters; '' for none
    must_change  BOOLEAN NOT NULL,
    disabled     BOOLEAN NOT NULL,
    totp         VARCHAR NOT NULL, -- encrypted; '' for none
    totp_step    BIGINT NOT NULL,  -- the last one used
    recovery     VARCHAR NOT NULL, -- hashes separated by ','
    failures     INTEGER NOT NULL,
    locked_until TIMESTAMP,
    created_at   TIMESTAMP NOT NULL,
    changed_at   TIMESTAMP NOT NULL, -- the password
    signed_in_at TIMESTAMP
);

CREATE TABLE session (
    hash       VARCHAR NOT NULL,
    account_id BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    seen_at    TIMESTAMP NOT NULL,
    address    VARCHAR NOT NULL,
    agent      VARCHAR NOT NULL
);

CREATE TABLE token (
    token_id   BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    hash       VARCHAR NOT NULL,
    name       VARCHAR NOT NULL,
    roles      VARCHAR NOT NULL,
    read_only  BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at    TIMESTAMP
);
