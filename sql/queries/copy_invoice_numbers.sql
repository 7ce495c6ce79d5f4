-- Takes in numbers, last of all.
copy invoice_number (number_series_id, seq, seller_id, invoice_id, number)
from stdin (format binary)
