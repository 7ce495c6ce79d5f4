-- Takes in settlements by credit.
copy settlement (invoice_id, kind, amount_minor, effective_on, credit_id)
from stdin (format binary)
