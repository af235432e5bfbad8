-- What the fund's rows come to by year, stage, source, plan and purpose, up to $3
-- as known on $2. The purpose is what stands first in the note.
SELECT
    year(event_date) AS year, stage, source, plan, split_part(note, '；', 1) AS purpose,
    sum(amount)::DECIMAL(38, 2)::VARCHAR
FROM held($1, $2)
WHERE kind = 'fund' AND event_date <= $3 AND amount IS NOT NULL
GROUP BY ALL
ORDER BY ALL
