-- The invoices of a seller that are chased, with what decides about their steps.
-- $1 seller bigint, $2 invoice ids int8[]: only these; empty for all.
-- Out, in order of customer and invoice: invoice_id, customer_id, chasing_cadence_id bigint,
-- invoice_date, due_date (null where AutoPay has none), last_step date (null for none), done int2[]
-- (numbers of the steps of the cadence's version), promised_on, next_chase_on date (nulls for
-- none), number, customer text, has_email, has_phone, has_address boolean.
-- Index: invoice_unsettled_idx, chase_step_pkey, invoice_number_invoice_key, customer_pkey.
select i.invoice_id, i.customer_id, n.chasing_cadence_id, i.invoice_date,
  coalesce(i.amended_due_date, i.due_date) as due_date, s.last_step, s.done, i.promised_on,
  i.next_chase_on,
  coalesce((select m.number from invoice_number m where m.invoice_id = i.invoice_id),
    'id ' || i.invoice_id) as number, c.name as customer,
  c.email is not null as has_email, c.phone is not null as has_phone,
  c.address1 is not null and c.city is not null as has_address
from invoice i
join customer c on c.customer_id = i.customer_id
join (
  select distinct on (h.code) h.code, h.chasing_cadence_id from chasing_cadence h
  order by h.code, h.version desc) n on n.code = c.chasing_cadence
cross join lateral (
  select max(t.taken_on) filter (where t.state <> 'missed') as last_step,
    coalesce(array_agg(t.step) filter (where t.chasing_cadence_id = n.chasing_cadence_id), '{}')
      as done
  from chase_step t
  where t.invoice_id = i.invoice_id) s
where i.seller_id = $1 and i.state = 'open'
  and i.settled_minor < i.total_minor + i.rounding_minor
  and (cardinality($2::bigint[]) = 0 or i.invoice_id = any($2))
  and chasing_obstacle(i,
    exists (
      select from payment_attempt a
      where a.invoice_id = i.invoice_id and a.state in ('intended', 'pending', 'unknown')),
    i.invoice_id in (select d.invoice_id from disputed_invoice d)) is null
order by i.customer_id, i.invoice_id
