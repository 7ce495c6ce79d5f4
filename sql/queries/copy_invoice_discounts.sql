-- Takes in discounts.
copy invoice_discount (invoice_id, discount_no, coupon_id, amount_minor)
from stdin (format binary)
