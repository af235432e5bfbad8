-- The words that rows of a batch share, once each: a row keeps their number. At
-- millions of rows this is what makes storing them fast and the file small.
CREATE TABLE wording (
    wording_id   INTEGER NOT NULL,
    batch_id     BIGINT NOT NULL,
    policy_id    VARCHAR NOT NULL,
    jurisdiction VARCHAR NOT NULL,
    kind         VARCHAR NOT NULL,
    target_id    VARCHAR NOT NULL, -- '' where it counts for none
    category     VARCHAR NOT NULL,
    plan         VARCHAR NOT NULL,
    department   VARCHAR NOT NULL,
    unit         VARCHAR NOT NULL,
    stage        VARCHAR NOT NULL,
    source       VARCHAR NOT NULL,
    sheet        VARCHAR NOT NULL
);

-- What was the table record. Its numbers are unique because one writer gives
-- them, each above the last: an index over all rows would cost more than it tells.
CREATE TABLE version (
    record_id    BIGINT NOT NULL,
    wording_id   INTEGER NOT NULL,
    natural_key  VARCHAR NOT NULL,
    content_hash UUID NOT NULL,    -- 128 bits of SHA-256, no random UUID
    person       VARCHAR, -- keyed hash of the ID number, '' where none; NULL where it is the key's second part
    name         VARCHAR NOT NULL, -- masked where it is a person's
    place        VARCHAR NOT NULL,
    event_date   DATE NOT NULL,
    end_date     DATE,
    known_from   DATE NOT NULL,
    amount       DECIMAL(18, 2), -- 元
    base_amount  DECIMAL(18, 2),
    value        DECIMAL(24, 6),
    base_value   DECIMAL(24, 6),
    source       VARCHAR, -- NULL where it stands in the wording
    note         VARCHAR NOT NULL,
    row_no       INTEGER NOT NULL
);

INSERT INTO wording
SELECT row_number() OVER (), *
FROM (
    SELECT DISTINCT batch_id, policy_id, jurisdiction, kind, target_id, category, plan, department, unit, stage, source, sheet
    FROM record
);

INSERT INTO version
SELECT
    r.record_id, w.wording_id, r.natural_key, r.content_hash::UUID, r.person, r.name, r.place,
    r.event_date, r.end_date, r.known_from, r.amount, r.base_amount, r.value, r.base_value, NULL, r.note, r.row_no
FROM record r
JOIN wording w
    ON w.batch_id = r.batch_id AND w.policy_id = r.policy_id AND w.jurisdiction = r.jurisdiction AND w.kind = r.kind
    AND w.target_id = r.target_id AND w.category = r.category AND w.plan = r.plan AND w.department = r.department
    AND w.unit = r.unit AND w.stage = r.stage AND w.source = r.source AND w.sheet = r.sheet
ORDER BY r.record_id;

DROP TABLE record;

-- One row a version of a row handed in; never changed, never deleted. Of one
-- natural key the version known last on a date is the one that holds on it.
CREATE VIEW record AS
SELECT
    v.record_id, w.policy_id, w.jurisdiction, w.kind, v.natural_key, v.content_hash, w.target_id, w.category, w.plan,
    w.department, coalesce(v.person, split_part(v.natural_key, '|', 2)) AS person, v.name, v.place, v.event_date, v.end_date, v.known_from, v.amount, v.base_amount, v.value,
    v.base_value, w.unit, w.stage, coalesce(v.source, w.source) AS source, v.note, w.batch_id, w.sheet, v.row_no
FROM version v
JOIN wording w ON w.wording_id = v.wording_id;
