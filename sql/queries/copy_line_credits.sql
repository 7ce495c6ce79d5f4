-- What credit lines take back.
copy line_credit (invoice_id, line_no, of_invoice_id, of_line_no, amount_minor)
from stdin (format binary)
