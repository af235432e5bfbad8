-- Batches taken back: from undone_from on they are not known. Their rows stay.
CREATE TABLE undone (
    batch_id    BIGINT PRIMARY KEY,
    policy_id   VARCHAR NOT NULL,
    undone_from DATE NOT NULL,
    undone_at   TIMESTAMP NOT NULL,
    undone_by   VARCHAR NOT NULL,
    last_batch  BIGINT NOT NULL -- the newest batch at that moment
);

-- What loading a batch did to the figures of targets, as it was told then.
CREATE TABLE effect (
    batch_id  BIGINT NOT NULL,
    position  INTEGER NOT NULL,
    target_id VARCHAR NOT NULL,
    was       DOUBLE, -- NULL where nothing was known
    now       DOUBLE
);

-- How an office's files with certain headers are read.
CREATE TABLE profile (
    profile_id BIGINT PRIMARY KEY,
    policy_id  VARCHAR NOT NULL,
    office     VARCHAR NOT NULL,
    signature  VARCHAR NOT NULL, -- of the header row
    kind       VARCHAR NOT NULL,
    columns    VARCHAR NOT NULL, -- JSON: header to column
    saved_at   TIMESTAMP NOT NULL,
    saved_by   VARCHAR NOT NULL
);
