-- Takes in what credit notes leave open.
copy credit (customer_id, kind, currency, amount_minor, granted_on, credit_note_id)
from stdin (format binary)
