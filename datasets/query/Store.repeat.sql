-- The versions of what has got more than one by the rows after number $1.
INSERT INTO repeated
SELECT record_id, natural_key FROM version
WHERE natural_key IN (
    SELECT natural_key FROM version
    WHERE record_id > $1 AND natural_key IN (SELECT natural_key FROM version WHERE record_id <= $1)
    UNION
    SELECT natural_key FROM version WHERE record_id > $1 GROUP BY natural_key HAVING count(*) > 1
)
AND record_id NOT IN (SELECT record_id FROM repeated)
