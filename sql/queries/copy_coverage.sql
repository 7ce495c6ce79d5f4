-- Takes in covered spans.
copy coverage (subscription_id, slot, span_start, span_end, invoice_id, line_no, reason, run_id,
  payer_id, coupon_ids, cycle_start)
from stdin (format binary)
