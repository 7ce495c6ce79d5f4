-- No charge is under way on a document that is not open, or that had nothing left to pay when it
-- was intended (RULES 0.5, 2, invariant 14). Money may come in meanwhile (RULES 6).
-- Index: payment_attempt_live_key, settlement_invoice_idx.
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
)
select (select count(*) from payment_attempt a
  where a.state in ('intended', 'pending', 'unknown')) as looked_at,
  (select count(*) from wrong) as wrong, 'invoice' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
