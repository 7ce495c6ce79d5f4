-- Which payers are billed differently in the second of two manifests, and why. Days and periods are
-- not compared, so that a month can be held against the one before.
-- Out, in order of customer and currency: customer_id bigint, name text (null: there is none any
-- more), change text (new, gone, changed), reasons text[], currency text, before, after text:
-- invoices less credit notes in major units, null where there is none.
with pair as (
  select coalesce(a.customer_id, b.customer_id) as customer_id, a.doc as before, b.doc as after
  from (select e.customer_id, e.doc from manifest_entry e where e.side = 1) a
  full join (select e.customer_id, e.doc from manifest_entry e where e.side = 2) b
    on b.customer_id = a.customer_id
  where a.doc ->> 'outputs' is distinct from b.doc ->> 'outputs'
), document as (
  select p.customer_id, s.side, d.kind, d.currency, d.total, d.lines, d.tax
  from pair p
  cross join lateral (values (1, p.before), (2, p.after)) s (side, doc)
  cross join lateral jsonb_to_recordset(s.doc -> 'documents')
    as d (kind text, currency text, total numeric, lines jsonb, tax jsonb)
), sums as (
  select d.customer_id, d.currency,
    sum(case d.kind when 'invoice' then d.total else -d.total end) filter (where d.side = 1)
      as before,
    sum(case d.kind when 'invoice' then d.total else -d.total end) filter (where d.side = 2)
      as after
  from document d
  group by d.customer_id, d.currency
), charge as (
  select d.customer_id, d.currency, d.side, l.subscription, l.slot, l.kind,
    case when l.subscription is null then l.item end as item,
    array_agg(distinct l.item order by l.item) as items,
    array_agg(distinct l.unit_cost order by l.unit_cost) as costs, sum(l.quantity) as quantity,
    sum(l.amount) as amount, sum(l.discount) as discount,
    coalesce(bool_or(l.part), false) as is_part, count(distinct l.start) as periods
  from document d
  cross join lateral jsonb_to_recordset(d.lines) as l (subscription bigint, slot integer,
    kind text, item text, start date, part boolean, quantity numeric, unit_cost numeric,
    amount numeric, discount numeric)
  group by 1, 2, 3, 4, 5, 6, 7
), charges as (
  select coalesce(a.customer_id, b.customer_id) as customer_id,
    coalesce(a.currency, b.currency) as currency, array_remove(case
      when a.customer_id is null then array['added']
      when b.customer_id is null then array['removed']
      when a.items <> b.items then array['plan']
      when a.periods <> b.periods then array['periods']
      when (a.is_part or b.is_part) and (a.is_part <> b.is_part or a.amount <> b.amount)
        then array['proration']
      else array[case when a.costs <> b.costs then 'price' end,
        case when a.quantity <> b.quantity then 'quantity' end] end
      || case when a.discount <> b.discount then array['discount'] end, null) as reasons
  from (select * from charge c where c.side = 1) a
  full join (select * from charge c where c.side = 2) b
    on b.customer_id = a.customer_id and b.currency = a.currency and b.kind = a.kind
      and b.subscription is not distinct from a.subscription
      and b.slot is not distinct from a.slot and b.item is not distinct from a.item
), tax as (
  select d.customer_id, d.currency, d.side,
    array_agg(distinct concat_ws(' ', x.category, x.percent, x.inclusive)) as rates
  from document d
  left join lateral jsonb_to_recordset(d.tax)
    as x (category text, percent numeric, inclusive boolean) on true
  group by 1, 2, 3
), reason as (
  select c.customer_id, c.currency, r.reason
  from charges c, unnest(c.reasons) as r (reason)
  union
  select a.customer_id, a.currency, 'tax'
  from tax a
  join tax b on b.customer_id = a.customer_id and b.currency = a.currency and b.side = 2
  where a.side = 1 and a.rates <> b.rates
)
select s.customer_id, c.name,
  case when s.before is null then 'new' when s.after is null then 'gone' else 'changed' end
    as change,
  case
    when s.before is null then array[coalesce(p.before ->> 'reason', 'not_in_first')]
    when s.after is null then array[coalesce(p.after ->> 'reason', 'not_in_second')]
    else coalesce((
      select array_agg(r.reason order by r.reason) from reason r
      where r.customer_id = s.customer_id and r.currency = s.currency), '{}') end as reasons,
  s.currency, s.before::text as before, s.after::text as after
from sums s
join pair p on p.customer_id = s.customer_id
left join customer c on c.customer_id = s.customer_id
where s.before is distinct from s.after or exists (
  select from reason r where r.customer_id = s.customer_id and r.currency = s.currency)
order by s.customer_id, s.currency
