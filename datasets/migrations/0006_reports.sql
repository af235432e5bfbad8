-- Reports that were written, and the sentences that planners worded anew.
CREATE TABLE report (
    report_id  BIGINT PRIMARY KEY,
    policy_id  VARCHAR NOT NULL,
    kind       VARCHAR NOT NULL,
    lang       VARCHAR NOT NULL,
    format     VARCHAR NOT NULL,
    name       VARCHAR NOT NULL, -- of the file, as it is handed out
    as_of      DATE NOT NULL,
    department VARCHAR NOT NULL,
    scenario   VARCHAR NOT NULL, -- in words; empty for the baseline
    data_state VARCHAR NOT NULL,
    version    VARCHAR NOT NULL, -- of the program
    seed       VARCHAR NOT NULL,
    bytes      BIGINT NOT NULL,
    sha256     VARCHAR NOT NULL,
    made_at    TIMESTAMP NOT NULL,
    made_by    VARCHAR NOT NULL
);

-- Every wording stays; the newest counts, and an empty one stands for the shipped.
CREATE TABLE report_template (
    policy_id VARCHAR NOT NULL,
    lang      VARCHAR NOT NULL,
    revision  BIGINT NOT NULL,
    body      VARCHAR NOT NULL,
    saved_at  TIMESTAMP NOT NULL,
    saved_by  VARCHAR NOT NULL,
    PRIMARY KEY (policy_id, lang, revision)
);
