-- Which lines bill usage that came in late.
copy late_usage (subscription_id, slot, day_from, invoice_id, line_no)
from stdin (format binary)
