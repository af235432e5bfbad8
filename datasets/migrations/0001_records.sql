-- Policies whole, as read from their catalogues; what SQL needs of them is
-- spread into target and category whenever a policy is stored.
CREATE TABLE policy (
    policy_id VARCHAR PRIMARY KEY,
    position  INTEGER NOT NULL,
    hash      VARCHAR NOT NULL,
    body      VARCHAR NOT NULL
);

CREATE TABLE target (
    policy_id VARCHAR NOT NULL,
    target_id VARCHAR NOT NULL,
    root_id   VARCHAR NOT NULL,
    PRIMARY KEY (policy_id, target_id)
);

CREATE TABLE category (
    policy_id VARCHAR NOT NULL,
    kind      VARCHAR NOT NULL,
    plan      VARCHAR NOT NULL,
    name      VARCHAR NOT NULL,
    target_id VARCHAR NOT NULL,
    value     VARCHAR NOT NULL
);

-- One row a file handed in.
CREATE TABLE batch (
    batch_id     BIGINT PRIMARY KEY,
    policy_id    VARCHAR NOT NULL,
    jurisdiction VARCHAR NOT NULL,
    kind         VARCHAR NOT NULL,
    file         VARCHAR NOT NULL,
    sha256       VARCHAR NOT NULL,
    bytes        BIGINT NOT NULL,
    encoding     VARCHAR NOT NULL,
    demo         BOOLEAN NOT NULL,
    loaded_at    TIMESTAMP NOT NULL,
    loaded_by    VARCHAR NOT NULL,
    rows_read    BIGINT NOT NULL,
    loaded       BIGINT NOT NULL,
    superseded   BIGINT NOT NULL,
    unchanged    BIGINT NOT NULL,
    refused      BIGINT NOT NULL
);

-- One row a version of a row handed in; never changed, never deleted. Of one
-- natural key the version known last on a date is the one that holds on it.
CREATE TABLE record (
    record_id    BIGINT PRIMARY KEY,
    policy_id    VARCHAR NOT NULL,
    jurisdiction VARCHAR NOT NULL,
    kind         VARCHAR NOT NULL,
    natural_key  VARCHAR NOT NULL,
    content_hash VARCHAR NOT NULL,
    target_id    VARCHAR NOT NULL, -- '' where it counts for none
    category     VARCHAR NOT NULL,
    plan         VARCHAR NOT NULL,
    department   VARCHAR NOT NULL,
    person       VARCHAR NOT NULL, -- keyed hash of the ID number, '' where none
    name         VARCHAR NOT NULL, -- masked where it is a person's
    place        VARCHAR NOT NULL,
    event_date   DATE NOT NULL,
    end_date     DATE,
    known_from   DATE NOT NULL,
    amount       DECIMAL(18, 2), -- 元
    base_amount  DECIMAL(18, 2),
    value        DECIMAL(24, 6),
    base_value   DECIMAL(24, 6),
    unit         VARCHAR NOT NULL,
    stage        VARCHAR NOT NULL,
    source       VARCHAR NOT NULL,
    note         VARCHAR NOT NULL,
    batch_id     BIGINT NOT NULL,
    sheet        VARCHAR NOT NULL,
    row_no       INTEGER NOT NULL
);

CREATE TABLE refusal (
    batch_id  BIGINT NOT NULL,
    position  INTEGER NOT NULL,
    sheet     VARCHAR NOT NULL,
    row_no    INTEGER NOT NULL,
    col       VARCHAR NOT NULL,
    value     VARCHAR NOT NULL,
    code      VARCHAR NOT NULL,
    reason_zh VARCHAR NOT NULL,
    reason_en VARCHAR NOT NULL,
    remedy_zh VARCHAR NOT NULL,
    remedy_en VARCHAR NOT NULL
);
