-- Open invoices that people are to call about or have taken over, the longest open first; of an
-- invoice the newest task.
-- $1 seller text, null for all, $2 limit bigint.
-- Out, in order: action text, taken_on date, assignee text (null for none), customer_id bigint,
-- customer text, phone text (null for none), number text, balance bigint in minor units, currency
-- text, digits integer.
-- Index: chase_step_pkey, invoice_pkey.
select t.action, t.taken_on, t.assignee, i.customer_id, c.name as customer, c.phone,
  coalesce((select m.number from invoice_number m where m.invoice_id = i.invoice_id),
    'id ' || i.invoice_id) as number,
  i.total_minor + i.rounding_minor - i.settled_minor as balance, i.currency::text as currency,
  u.digits::integer as digits
from (
  select distinct on (s.invoice_id) s.invoice_id, s.action, s.taken_on, s.assignee
  from chase_step s
  where s.action in ('phone', 'escalate') and s.state = 'taken'
  order by s.invoice_id, s.taken_on desc, s.step desc) t
join invoice i on i.invoice_id = t.invoice_id and i.state = 'open' and not i.closed
  and i.settled_minor < i.total_minor + i.rounding_minor
join customer c on c.customer_id = i.customer_id
join seller e on e.seller_id = i.seller_id and ($1::text is null or e.code = $1)
join currency u on u.code = i.currency
order by t.taken_on, i.invoice_id
limit $2
