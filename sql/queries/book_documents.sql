-- Books documents as a posting does, or mirrors that: one balanced entry a seller and currency
-- (RULES 7, post, late fee, void, unpost). What is deferred of a line is what the books have not
-- recognised of it so far, as if it were posted now. Open items of a former system are opening
-- entries.
-- $1 invoice ids int8[], $2 event text, $3 sign integer (1, or -1 for the mirror), $4 entry date,
-- $5 run_id bigint whose documents are posted for the first time, 0 for none
with document as (
  select i.invoice_id, i.seller_id, i.currency, i.invoice_date, i.total_minor, i.rounding_minor,
    case i.kind when 'invoice' then '1200' else '2110' end as owed_account,
    s.revenue_recognition = 'period' as defers_revenue, s.recognised_through, s.rounding_mode,
    $3::integer * case i.kind when 'invoice' then 1 else -1 end as sign,
    -- Looked up, never joined: see load_postings.sql.
    coalesce((select f.kind from number_series f where f.number_series_id = (
      select n.number_series_id from invoice_number n where n.invoice_id = i.invoice_id))
      = 'legacy', false) as is_opening
  from invoice i
  join seller s on s.seller_id = i.seller_id
  where i.invoice_id = any($1)
), owed as (
  select d.seller_id, d.currency, d.owed_account, d.is_opening,
    sum(d.sign * (d.total_minor + d.rounding_minor)) as owed_minor,
    sum(d.sign * d.rounding_minor) as rounding_minor
  from document d
  group by d.seller_id, d.currency, d.owed_account, d.is_opening
), sold as (
  -- Summed up before it is split, and before its plan is looked up: lines are many, prices few.
  select d.seller_id, d.currency, l.kind = 'late_fee' as is_fee, l.price_id, l.item_id,
    sum(-d.sign * l.net_minor) as net_minor,
    sum(case when d.defers_revenue and l.period_end > d.invoice_date then
      -d.sign * (l.net_minor - recognised_minor(l.net_minor, l.period_start, l.period_end,
        case l.kind when 'credit' then l.period_start else d.invoice_date end, d.rounding_mode,
        d.recognised_through))
    else 0 end) as deferred_minor
  from document d
  join invoice_line l on l.invoice_id = d.invoice_id
  where not d.is_opening
  group by 1, 2, 3, 4, 5
), revenue as (
  select s.seller_id, s.currency, case when s.is_fee then '4100' else '4000' end as account_code,
    p.plan_id, case when p.plan_id is null then s.item_id end as item_id, s.net_minor,
    s.deferred_minor
  from sold s
  left join price p on p.price_id = s.price_id
), part as (
  select o.seller_id, o.currency, o.owed_account as account_code, null::bigint as plan_id,
    null::bigint as item_id, null::bigint as tax_rate_version_id, o.owed_minor as amount_minor
  from owed o
  union all
  select o.seller_id, o.currency, '3000', null, null, null, -o.owed_minor
  from owed o
  where o.is_opening
  union all
  select o.seller_id, o.currency, '6300', null, null, null, -o.rounding_minor
  from owed o
  where not o.is_opening
  union all
  select r.seller_id, r.currency, '2300', r.plan_id, r.item_id, null, r.deferred_minor
  from revenue r
  union all
  select r.seller_id, r.currency, r.account_code, r.plan_id, r.item_id, null,
    r.net_minor - r.deferred_minor
  from revenue r
  union all
  select d.seller_id, d.currency, '2200', null, null, t.tax_rate_version_id,
    -d.sign * t.amount_minor
  from document d
  join invoice_tax t on t.invoice_id = d.invoice_id and t.amount_minor <> 0
  where not d.is_opening
), line as (
  select seller_id, currency, account_code, plan_id, item_id, tax_rate_version_id,
    sum(amount_minor)::bigint as amount_minor
  from part
  group by seller_id, currency, account_code, plan_id, item_id, tax_rate_version_id
  having sum(amount_minor) <> 0
), entry as (
  insert into journal (seller_id, event, entry_date, currency, run_id, invoice_id)
  select distinct seller_id, $2, $4::date, currency, nullif($5::bigint, 0),
    case when cardinality($1) = 1 then ($1)[1] end
  from line
  returning journal_id, seller_id, currency
)
insert into journal_line (journal_id, line_no, account_code, amount_minor, plan_id, item_id,
  tax_rate_version_id)
select e.journal_id,
  row_number() over (partition by e.journal_id order by l.account_code, l.plan_id, l.item_id,
    l.tax_rate_version_id),
  l.account_code, l.amount_minor, l.plan_id, l.item_id, l.tax_rate_version_id
from line l
join entry e on e.seller_id = l.seller_id and e.currency = l.currency
