SELECT body FROM policy ORDER BY position
