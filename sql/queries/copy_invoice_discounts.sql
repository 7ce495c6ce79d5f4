-- Takes in discounts, with how they are shared.
copy invoice_discount (invoice_id, discount_no, line_no, coupon_id, credit_id, amount_minor,
  share_lines, share_minor, counts_cycle)
from stdin (format binary)
