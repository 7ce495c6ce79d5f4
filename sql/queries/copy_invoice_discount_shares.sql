-- Takes in shares of discounts.
copy invoice_discount_share (invoice_id, discount_no, line_no, amount_minor)
from stdin (format binary)
