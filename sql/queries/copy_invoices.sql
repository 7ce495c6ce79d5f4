-- Takes in documents.
copy invoice (invoice_id, kind, state, seller_id, customer_id, subscription_id, run_id, currency,
  invoice_date, due_date, payment_terms, autopay, chase, missed, subtotal_minor, discount_minor,
  tax_minor, total_minor, rounding_minor, settled_minor, credits_applied_minor,
  early_discount_until, early_discount_minor, seller_party_version, customer_party_version,
  next_payment_attempt_on, purchase_order)
from stdin (format binary)
