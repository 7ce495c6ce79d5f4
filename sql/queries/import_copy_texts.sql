-- Binary rows (line integer, content bytea).
copy import_text (line, content) from stdin binary
