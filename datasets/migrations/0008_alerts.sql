-- What was last seen of a target's light, or of a delivery that is due: an alert
-- is raised when it is another one.
CREATE TABLE seen (
    policy_id VARCHAR NOT NULL,
    subject   VARCHAR NOT NULL, -- a target's id, or due:department/kind
    state     VARCHAR NOT NULL,
    PRIMARY KEY (policy_id, subject)
);

CREATE TABLE alert (
    alert_id   BIGINT PRIMARY KEY,
    policy_id  VARCHAR NOT NULL,
    kind       VARCHAR NOT NULL, -- light, overdue
    subject    VARCHAR NOT NULL,
    was        VARCHAR NOT NULL,
    became     VARCHAR NOT NULL,
    text_zh    VARCHAR NOT NULL,
    text_en    VARCHAR NOT NULL,
    as_of      DATE NOT NULL,
    data_state VARCHAR NOT NULL,
    raised_at  TIMESTAMP NOT NULL
);

CREATE TABLE alert_delivery (
    alert_id     BIGINT NOT NULL,
    channel      VARCHAR NOT NULL,
    tries        INTEGER NOT NULL,
    next_at      TIMESTAMP NOT NULL,
    delivered_at TIMESTAMP,
    problem      VARCHAR NOT NULL,
    PRIMARY KEY (alert_id, channel)
);
