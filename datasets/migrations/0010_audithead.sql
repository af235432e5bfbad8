-- Where the chain of the audit log stands: one row. The log lies in files beside
-- the database; who deletes those, or cuts off their end, leaves this. The MAC is
-- of a key that is not in the database.
CREATE TABLE audit_head (
    n    BIGINT NOT NULL,
    hash VARCHAR NOT NULL,
    mac  VARCHAR NOT NULL
);
