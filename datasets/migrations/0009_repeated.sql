-- All versions of what has, or has had, more than one. Only among these the one
-- that holds has to be sought: every other row holds as it is. Without this each
-- reading would sort all rows ever stored.
CREATE TABLE repeated (
    record_id   BIGINT NOT NULL,
    natural_key VARCHAR NOT NULL
);

INSERT INTO repeated
SELECT record_id, natural_key FROM version
WHERE natural_key IN (SELECT natural_key FROM version GROUP BY natural_key HAVING count(*) > 1);

-- As before, with the number of the wording.
CREATE OR REPLACE VIEW record AS
SELECT
    v.record_id, w.policy_id, w.jurisdiction, w.kind, v.natural_key, v.content_hash, w.target_id, w.category, w.plan,
    w.department, coalesce(v.person, split_part(v.natural_key, '|', 2)) AS person, v.name, v.place, v.event_date, v.end_date, v.known_from, v.amount, v.base_amount, v.value,
    v.base_value, w.unit, w.stage, coalesce(v.source, w.source) AS source, v.note, w.batch_id, w.sheet, v.row_no, v.wording_id
FROM version v
JOIN wording w ON w.wording_id = v.wording_id;

-- The rows of a policy as known on a day: of each key the version known last.
CREATE MACRO held(of_policy, on_day) AS TABLE
SELECT * FROM record
WHERE policy_id = of_policy AND known_from <= on_day
  AND batch_id NOT IN (SELECT batch_id FROM undone WHERE undone_from <= on_day)
  AND record_id NOT IN (SELECT record_id FROM repeated)
UNION ALL
(
    SELECT * FROM record
    WHERE policy_id = of_policy AND known_from <= on_day
      AND batch_id NOT IN (SELECT batch_id FROM undone WHERE undone_from <= on_day)
      AND record_id IN (SELECT record_id FROM repeated)
    QUALIFY row_number() OVER (PARTITION BY natural_key ORDER BY known_from DESC, record_id DESC) = 1
);

-- When what is known of a policy on a day was first known: of each key the version
-- known first. Figures that are reported for a date are not among them.
CREATE MACRO entered(of_policy, on_day) AS TABLE
SELECT target_id, department, kind, event_date, known_from AS first_known
FROM record
WHERE policy_id = of_policy AND known_from <= on_day AND kind NOT IN ('indicator', 'post')
  AND batch_id NOT IN (SELECT batch_id FROM undone WHERE undone_from <= on_day)
  AND record_id NOT IN (SELECT record_id FROM repeated)
UNION ALL
(
    SELECT target_id, department, kind, event_date, known_from AS first_known
    FROM record
    WHERE policy_id = of_policy AND known_from <= on_day AND kind NOT IN ('indicator', 'post')
      AND batch_id NOT IN (SELECT batch_id FROM undone WHERE undone_from <= on_day)
      AND record_id IN (SELECT record_id FROM repeated)
    QUALIFY row_number() OVER (PARTITION BY natural_key ORDER BY known_from, record_id) = 1
);
