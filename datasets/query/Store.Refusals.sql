SELECT sheet, row_no, col, value, code, reason_zh, reason_en, remedy_zh, remedy_en
FROM refusal
WHERE batch_id = ?
ORDER BY position
