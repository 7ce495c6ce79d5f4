-- Lets the planner know of what came in, before the first run reads it. A script; analyze skips
-- tables that the login does not own.
analyze customer, payment_source, credit, subscription, subscription_addon, subscription_discount;
analyze subscription_change, usage_record, pending_line_item, billing_cursor;
