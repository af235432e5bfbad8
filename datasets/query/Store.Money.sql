-- What the fund's rows come to by year, stage, source, plan and purpose, up to $3
-- as known on $2. The purpose is what stands first in the note.
WITH visible AS (
    SELECT * FROM record
    WHERE policy_id = $1 AND known_from <= $2 AND kind = 'fund'
      AND batch_id NOT IN (SELECT batch_id FROM undone WHERE undone_from <= $2)
    QUALIFY row_number() OVER (PARTITION BY natural_key ORDER BY known_from DESC, record_id DESC) = 1
)
SELECT
    year(event_date) AS year, stage, source, plan, split_part(note, '；', 1) AS purpose,
    sum(amount)::DECIMAL(38, 2)::VARCHAR
FROM visible
WHERE event_date <= $3 AND amount IS NOT NULL
GROUP BY ALL
ORDER BY ALL
