-- Quantity × unit cost, rounded by the seller's rule, is the amount of every line (RULES 1.2).
-- $1 run bigint: only its documents, null for all.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with wrong as materialized (
  select l.invoice_id as id,
    format('line %s: %s × %s is not %s', l.line_no, l.quantity, l.unit_cost,
      l.amount_minor * u.minor_unit) as problem
  from invoice_line l
  join invoice i on i.invoice_id = l.invoice_id
  join seller s on s.seller_id = i.seller_id
  join currency u on u.code = i.currency
  where ($1::bigint is null or i.run_id = $1)
    -- Most need no rounding, and whatever the rule, that leaves them as they are.
    and l.amount_minor * u.minor_unit <> l.quantity * l.unit_cost
    and l.amount_minor * u.minor_unit <> case s.rounding_mode
      when 'half_up' then round(l.quantity * l.unit_cost, u.digits)
      when 'half_even' then case
        when abs(l.quantity * l.unit_cost - trunc(l.quantity * l.unit_cost, u.digits)) * 2
          = u.minor_unit
        then 2 * round(l.quantity * l.unit_cost / 2, u.digits)
        else round(l.quantity * l.unit_cost, u.digits) end
      when 'up' then sign(l.quantity * l.unit_cost) * u.minor_unit
        * ceil(abs(l.quantity * l.unit_cost) * power(10::numeric, u.digits))
      else trunc(l.quantity * l.unit_cost, u.digits)
    end
)
select (select count(*) from invoice_line l
  where $1::bigint is null
    or l.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1)) as looked_at,
  (select count(*) from wrong) as wrong, 'invoice' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
