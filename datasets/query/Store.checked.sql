-- What a cap is checked against: the rows of the targets listed in $2, as known
-- on $3 of what had happened by $4, oldest first. The latest versions are sought
-- among few narrow columns, and of the keys that a meant row has.
WITH counted AS (
    SELECT wording_id, target_id FROM wording
    WHERE policy_id = $1 AND batch_id NOT IN (SELECT batch_id FROM undone WHERE undone_from <= $3)
),
meant AS (
    SELECT wording_id FROM counted WHERE list_contains(string_split($2, ';'), target_id)
),
latest AS (
    SELECT v.record_id, v.wording_id, v.event_date
    FROM version v
    JOIN counted USING (wording_id)
    WHERE v.known_from <= $3
      AND v.natural_key IN (SELECT natural_key FROM version JOIN meant USING (wording_id) WHERE known_from <= $3)
    QUALIFY row_number() OVER (PARTITION BY v.natural_key ORDER BY v.known_from DESC, v.record_id DESC) = 1
)
SELECT
    r.record_id, r.event_date, r.person, r.name, r.amount::VARCHAR, r.base_amount::VARCHAR, r.value::VARCHAR
FROM latest
JOIN record r USING (record_id)
WHERE latest.event_date <= $4 AND latest.wording_id IN (SELECT wording_id FROM meant)
ORDER BY r.event_date, r.record_id
