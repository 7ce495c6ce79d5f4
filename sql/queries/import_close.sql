-- Drops the staging tables that the session has. A script.
drop table if exists pg_temp.import_line, pg_temp.import_refused, pg_temp.import_text,
  pg_temp.import_part, pg_temp.import_error, pg_temp.import_field, pg_temp.import_object,
  pg_temp.import_type, pg_temp.import_shape, pg_temp.import_seller, pg_temp.import_tax_rate,
  pg_temp.import_coupon, pg_temp.import_item, pg_temp.import_plan, pg_temp.import_retry_policy,
  pg_temp.import_holiday, pg_temp.import_chasing_cadence, pg_temp.import_customer,
  pg_temp.import_payment_source, pg_temp.import_subscription, pg_temp.import_addon,
  pg_temp.import_discount, pg_temp.import_subscription_change, pg_temp.import_usage_record,
  pg_temp.import_pending_line_item, pg_temp.import_credit, pg_temp.import_payment,
  pg_temp.import_payment_invoice, pg_temp.import_invoice,
  pg_temp.import_invoice_item;
