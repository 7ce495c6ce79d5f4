-- No charge is under way on a document that is not open, or that had nothing left to pay when it
-- was intended (RULES 0.5, 2, invariant 14); money may come in meanwhile (RULES 6). What was
-- approved is one payment of its amount, and no payment is of anything else (invariant 6).
-- Index: payment_attempt_live_key, settlement_invoice_idx, payment_of_attempt_key.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with wrong as materialized (
  select a.invoice_id as id,
    format('attempt %s is %s, but the invoice is %s with a balance of %s', a.try, a.state, i.state,
        i.total_minor + i.rounding_minor - i.settled_minor) as problem
  from payment_attempt a
  join invoice i on i.invoice_id = a.invoice_id
  where a.state in ('intended', 'pending', 'unknown')
    and (i.state <> 'open' or i.settled_minor = i.total_minor + i.rounding_minor
      and not exists (
        select from settlement s
        where s.invoice_id = i.invoice_id and s.recorded_at >= a.intended_at))
  union all
  select coalesce(a.invoice_id, 0),
    case when a.payment_attempt_id is null or a.state not in ('approved', 'returned')
        then format('payment %s is of attempt %s, which was not approved', p.payment_id, a.try)
      else format('attempt %s was approved for %s, its payment is %s', a.try, a.amount_minor,
        coalesce(p.amount_minor::text, 'missing')) end
  from (select payment_attempt_id, invoice_id, try, state, amount_minor, currency
        from payment_attempt where state in ('approved', 'returned')) a
  full join (select * from payment where payment_attempt_id is not null) p
    on p.payment_attempt_id = a.payment_attempt_id
  where (a.amount_minor, a.currency) is distinct from (p.amount_minor, p.currency)
)
select (select count(*) from payment_attempt a
  where a.state in ('intended', 'pending', 'unknown', 'approved', 'returned')) as looked_at,
  (select count(*) from wrong) as wrong, 'invoice' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
