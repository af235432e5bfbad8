-- The newest wording of a policy's reports in a language.
SELECT revision, body, saved_at, saved_by
FROM report_template
WHERE policy_id = $1 AND lang = $2
ORDER BY revision DESC
LIMIT 1
