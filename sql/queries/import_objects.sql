-- The objects that a line may be, with the fields by which one is known; none where each line is a
-- further one.
insert into import_object (object, keys)
values
  ('seller',              '{id}'),
  ('tax_rate',            '{id,valid_from}'),
  ('coupon',              '{id}'),
  ('item',                '{id,valid_from}'),
  ('plan',                '{id,valid_from}'),
  ('retry_policy',        '{id}'),
  ('holiday',             '{country,date}'),
  ('chasing_cadence',     '{id}'),
  ('customer',            '{id}'),
  ('subscription',        '{id}'),
  ('subscription_change', '{}'),
  ('usage_record',        '{id}'),
  ('pending_line_item',   '{}'),
  ('invoice',             '{id}'),
  ('credit',              '{}'),
  ('payment',             '{}');
