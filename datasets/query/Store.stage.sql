-- Rows not yet stored, as version and wording keep them, and both together.
CREATE OR REPLACE TEMPORARY TABLE staged (
    position     INTEGER NOT NULL,
    wording_id   INTEGER NOT NULL,
    natural_key  VARCHAR NOT NULL,
    content_hash UUID NOT NULL,
    person       VARCHAR,
    name         VARCHAR NOT NULL,
    place        VARCHAR NOT NULL,
    event_date   DATE NOT NULL,
    end_date     DATE,
    known_from   DATE NOT NULL,
    amount       DECIMAL(18, 2),
    base_amount  DECIMAL(18, 2),
    value        DECIMAL(24, 6),
    base_value   DECIMAL(24, 6),
    source       VARCHAR,
    note         VARCHAR NOT NULL,
    row_no       INTEGER NOT NULL
);

CREATE OR REPLACE TEMPORARY TABLE staged_wording AS SELECT * FROM wording LIMIT 0;

CREATE OR REPLACE TEMPORARY VIEW stage AS
SELECT
    s.position, w.kind, s.natural_key, s.content_hash, w.category, w.department,
    coalesce(s.person, split_part(s.natural_key, '|', 2)) AS person, s.name, s.event_date,
    s.amount, s.note, w.sheet, s.row_no
FROM staged s
JOIN staged_wording w ON w.wording_id = s.wording_id;
