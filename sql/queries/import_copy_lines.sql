-- Binary rows (line integer, doc jsonb).
copy import_line (line, doc) from stdin binary
