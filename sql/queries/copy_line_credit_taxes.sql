-- What credit lines take back of taxes.
copy line_credit_tax (invoice_id, line_no, of_tax_no, tax_no, amount_minor)
from stdin (format binary)
