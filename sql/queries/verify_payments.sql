-- A payment is what it settles and the credit that it became; what was paid back or taken back of
-- it left that credit, or is held back in it while a refund is under way (RULES 3).
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with settled as (
  select s.payment_id, sum(s.amount_minor) as amount
  from settlement s
  where s.kind = 'payment'
  group by s.payment_id
), granted as (
  select c.payment_id, sum(c.amount_minor) as amount
  from credit c
  where c.payment_id is not null
  group by c.payment_id
), went as (
  select w.payment_id, sum(w.amount_minor) as amount
  from (
    select r.payment_id, r.amount_minor from refund r where r.state <> 'declined'
    union all
    select r.payment_id, r.amount_minor from payment_return r where r.state = 'returned') w
  group by w.payment_id
), paid_out as (
  select c.payment_id, sum(o.amount_minor) as amount
  from credit_payout o
  join credit c on c.credit_id = o.credit_id
  where c.payment_id is not null
  group by c.payment_id
), wrong as materialized (
  select p.payment_id as id,
    case when p.amount_minor <> coalesce(s.amount, 0) + coalesce(g.amount, 0)
      then format('it is %s, but it settles %s and %s of it became credit', p.amount_minor,
        coalesce(s.amount, 0), coalesce(g.amount, 0))
      else format('%s went back, but %s left its credit', coalesce(w.amount, 0),
        coalesce(o.amount, 0)) end as problem
  from payment p
  left join settled s on s.payment_id = p.payment_id
  left join granted g on g.payment_id = p.payment_id
  left join went w on w.payment_id = p.payment_id
  left join paid_out o on o.payment_id = p.payment_id
  where p.amount_minor <> coalesce(s.amount, 0) + coalesce(g.amount, 0)
    or coalesce(w.amount, 0) <> coalesce(o.amount, 0)
)
select (select count(*) from payment) as looked_at,
  (select count(*) from wrong) as wrong, 'payment' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
