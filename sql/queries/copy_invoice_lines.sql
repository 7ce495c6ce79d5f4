-- Takes in lines.
copy invoice_line (invoice_id, line_no, kind, subscription_id, slot, price_id, item_id, name,
  description, quantity, unit_cost, amount_minor, discount_minor, invoice_discount_minor, net_minor,
  period_start, period_end, tax_date, tax_nos, discountable, taxable, pricing)
from stdin (format binary)
