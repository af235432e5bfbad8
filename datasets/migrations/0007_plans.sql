-- What departments set themselves and say of it. Nothing here is changed or
-- deleted: a plan, a self-review has revisions, a note is withdrawn by a row of
-- its own.

-- The planned path of a target, year by year. known is the day from which it
-- holds, saved_at when it was written. A revision without years goes back to
-- even progress.
CREATE TABLE plan_revision (
    policy_id VARCHAR NOT NULL,
    target_id VARCHAR NOT NULL,
    revision  INTEGER NOT NULL,
    known     DATE NOT NULL,
    saved_at  TIMESTAMP NOT NULL,
    saved_by  VARCHAR NOT NULL,
    reason    VARCHAR NOT NULL,
    PRIMARY KEY (policy_id, target_id, revision)
);
CREATE TABLE plan_year (
    policy_id VARCHAR NOT NULL,
    target_id VARCHAR NOT NULL,
    revision  INTEGER NOT NULL,
    year      INTEGER NOT NULL,
    amount    DECIMAL(18,4) NOT NULL, -- the figure at the end of the year, in the target's unit
    PRIMARY KEY (policy_id, target_id, revision, year)
);

CREATE TABLE target_note (
    note_id   BIGINT PRIMARY KEY,
    policy_id VARCHAR NOT NULL,
    target_id VARCHAR NOT NULL,
    text      VARCHAR NOT NULL,
    noted_at  TIMESTAMP NOT NULL,
    noted_by  VARCHAR NOT NULL
);
CREATE TABLE target_note_withdrawal (
    note_id      BIGINT PRIMARY KEY,
    withdrawn_at TIMESTAMP NOT NULL,
    withdrawn_by VARCHAR NOT NULL,
    reason       VARCHAR NOT NULL
);

-- What a department says of itself at the end of a year, target by target.
CREATE TABLE self_review (
    policy_id VARCHAR NOT NULL,
    dept_id   VARCHAR NOT NULL,
    year      INTEGER NOT NULL,
    target_id VARCHAR NOT NULL,
    revision  INTEGER NOT NULL,
    score     DECIMAL(5,2), -- 0 to 100; null where none is given
    reason    VARCHAR NOT NULL,
    measures  VARCHAR NOT NULL,
    saved_at  TIMESTAMP NOT NULL,
    saved_by  VARCHAR NOT NULL,
    PRIMARY KEY (policy_id, dept_id, year, target_id, revision)
);
