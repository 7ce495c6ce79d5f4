-- Takes in taxes.
copy invoice_tax (invoice_id, tax_no, tax_rate_version_id, category, percent, inclusive, base_minor,
  amount_minor, reason)
from stdin (format binary)
