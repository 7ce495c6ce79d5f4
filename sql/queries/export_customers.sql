-- Customers as an import takes them, with the payment source that counts.
-- Filters, null for all: $1 seller text, $2 id bigint; $3 limit bigint, $4 offset bigint
-- Out: line text, an object each, in order of id.
-- Index: customer_pkey, payment_source_customer_key.
select json_strip_nulls(json_build_object(
  'object', 'customer', 'id', c.customer_id, 'name', c.name, 'seller', s.code,
  'number', c.number, 'email', c.email, 'type', c.type, 'address1', c.address1,
  'address2', c.address2, 'city', c.city, 'state', c.state, 'postal_code', c.postal_code,
  'country', c.country, 'ship_to', c.ship_to, 'currency', c.currency, 'language', c.language,
  'time_zone', c.time_zone, 'phone', c.phone, 'tax_id', c.tax_id,
  'tax_id_checked_at', floor(extract(epoch from c.tax_id_checked_at))::bigint,
  'taxable', nullif(c.taxable, true), 'tax_exempt_reason', c.tax_exempt_reason,
  'taxes', nullif(c.taxes, '{}'), 'autopay', nullif(c.autopay, false),
  'autopay_delay_days', c.autopay_delay_days, 'payment_terms', c.payment_terms,
  'chase', nullif(c.chase, true), 'chasing_cadence', c.chasing_cadence, 'retry_policy', p.code,
  'parent_customer', c.parent_customer_id, 'bill_parent', nullif(c.bill_parent, true),
  'consolidated', nullif(c.consolidated, false), 'batch', c.batch,
  'purchase_order', c.purchase_order, 'metadata', nullif(c.metadata, '{}'),
  'payment_source', case when o.payment_source_id is not null then json_build_object(
    'object', o.object, 'gateway', o.gateway, 'token', o.token, 'brand', o.brand,
    'last4', o.last4, 'exp_month', o.exp_month, 'exp_year', o.exp_year, 'mandate', o.mandate)
    end))::text as line
from customer c
join seller s on s.seller_id = c.seller_id
left join retry_policy p on p.retry_policy_id = c.retry_policy_id
left join payment_source o on o.customer_id = c.customer_id and o.removed_at is null
where ($1::text is null or s.code = $1) and ($2::bigint is null or c.customer_id = $2)
  and ($5::bigint is null or c.customer_id > $5)
order by c.customer_id
limit $3::bigint offset $4::bigint
