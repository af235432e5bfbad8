-- Scenarios that planners keep. What is in one is the document of package
-- scenario, whole; the columns are what lists need.
CREATE TABLE scenario (
    scenario_id BIGINT PRIMARY KEY,
    policy_id   VARCHAR NOT NULL,
    name        VARCHAR NOT NULL,
    note        VARCHAR NOT NULL,
    body        VARCHAR NOT NULL,
    answer      VARCHAR NOT NULL, -- JSON: what it said when it was saved
    data_state  VARCHAR NOT NULL, -- of the data it was saved on
    locked      BOOLEAN NOT NULL,
    saved_at    TIMESTAMP NOT NULL,
    saved_by    VARCHAR NOT NULL
);
