-- What credit notes give back of the cash rounding of invoices.
copy rounding_credit (invoice_id, of_invoice_id, amount_minor)
from stdin (format binary)
