-- Staged rows about what another department has handed in, by the version that holds.
-- $1 policy, $2 the department that hands in.
CREATE OR REPLACE TEMPORARY TABLE withheld AS
SELECT s.position, s.sheet, s.row_no
FROM stage s
JOIN (
    SELECT natural_key, department
    FROM record
    WHERE policy_id = $1 AND batch_id NOT IN (SELECT batch_id FROM undone)
      AND natural_key IN (SELECT natural_key FROM stage)
    QUALIFY row_number() OVER (PARTITION BY natural_key ORDER BY known_from DESC, record_id DESC) = 1
) r ON r.natural_key = s.natural_key
WHERE r.department NOT IN ('', $2)
