-- Takes in discounts.
copy invoice_discount (invoice_id, discount_no, line_no, coupon_id, credit_id, amount_minor)
from stdin (format binary)
