-- Payments, the newest last, with what became of each, as an object.
-- $1 id bigint, $2 customer bigint: nulls for all; $3 unapplied boolean: only those of which
-- something is open credit; $4 limit bigint, null for all; $5 after bigint: an id.
-- Out: payment_id, customer_id bigint, customer_name, currency text, digits smallint, received_on
-- date, method, reference, status text, and bigint in minor units: amount, applied, unapplied;
-- object json.
-- Index: payment_pkey, payment_customer_idx, settlement_payment_idx, credit_payment_idx.
select d.payment_id, d.customer_id, d.customer_name, d.currency, d.digits, d.received_on, d.method,
  d.reference, d.status, d.amount, d.applied, d.unapplied,
  json_build_object(
    'id', d.payment_id, 'object', 'payment', 'customer', d.customer_id,
    'amount', trim_scale(d.amount * d.minor_unit), 'currency', d.currency,
    'date', extract(epoch from d.received_on::timestamp at time zone d.time_zone)::bigint,
    'method', d.method, 'reference', d.reference, 'status', d.status,
    'applied', trim_scale(d.applied * d.minor_unit),
    'unapplied', trim_scale(d.unapplied * d.minor_unit),
    'refunded', trim_scale(d.refunded * d.minor_unit),
    'returned', trim_scale(d.returned * d.minor_unit),
    'invoices', coalesce((
      select json_agg(json_build_object('invoice', s.invoice_id, 'number', n.number,
        'amount', trim_scale(s.amount * d.minor_unit)) order by s.invoice_id)
      from (
        select t.invoice_id, sum(t.amount_minor) as amount
        from settlement t
        where t.payment_id = d.payment_id and t.kind = 'payment'
          or t.credit_id in (select c.credit_id from credit c where c.payment_id = d.payment_id)
        group by t.invoice_id
        having sum(t.amount_minor) <> 0) s
      left join invoice_number n on n.invoice_id = s.invoice_id), '[]'),
    'created_at', floor(extract(epoch from d.recorded_at))::bigint) as object
from (
  select p.payment_id, p.customer_id, k.name as customer_name, p.currency::text as currency,
    u.digits, u.minor_unit, s.time_zone, p.received_on, p.method, p.reference, p.recorded_at,
    p.amount_minor as amount, sum_of.applied, sum_of.unapplied, sum_of.refunded, sum_of.returned,
    case
      when exists (select from payment_return r
        where r.payment_id = p.payment_id and r.state = 'disputed') then 'disputed'
      when sum_of.refunded + sum_of.returned = p.amount_minor
        then case when sum_of.returned > 0 then 'returned' else 'refunded' end
      when sum_of.unapplied = 0 then 'applied'
      when sum_of.applied = 0 then 'unapplied'
      else 'partly_applied' end as status
  from payment p
  join customer k on k.customer_id = p.customer_id
  join seller s on s.seller_id = k.seller_id
  join currency u on u.code = p.currency
  cross join lateral (
    select coalesce((
        select sum(t.amount_minor) from settlement t
        where t.payment_id = p.payment_id and t.kind = 'payment'), 0)::bigint
      + coalesce((
        select sum(t.amount_minor) from credit c
        join settlement t on t.credit_id = c.credit_id
        where c.payment_id = p.payment_id), 0)::bigint as applied,
      coalesce((
        select sum(c.amount_minor - c.used_minor) from credit c
        where c.payment_id = p.payment_id), 0)::bigint as unapplied,
      coalesce((
        select sum(r.amount_minor) from refund r
        where r.payment_id = p.payment_id and r.state = 'approved'), 0)::bigint as refunded,
      coalesce((
        select sum(r.amount_minor) from payment_return r
        where r.payment_id = p.payment_id and r.state = 'returned'), 0)::bigint as returned) sum_of
  where ($1::bigint is null or p.payment_id = $1) and ($2::bigint is null or p.customer_id = $2)
    and ($5::bigint is null or p.payment_id > $5)
    and (not $3::boolean or exists (
      select from credit c
      where c.payment_id = p.payment_id and c.used_minor < c.amount_minor))
  order by p.payment_id
  limit $4::bigint
) d
order by d.payment_id
