-- Books documents as a posting does, or mirrors that: one balanced entry a seller and currency
-- (RULES 7, post, void, unpost). Lines whose period ends after the invoice date are deferred where
-- the seller recognises revenue by period.
-- $1 invoice ids int8[], $2 event text, $3 sign integer (1, or -1 for the mirror), $4 entry date
with document as (
  select i.invoice_id, i.seller_id, i.currency, i.invoice_date, i.total_minor, i.rounding_minor,
    case i.kind when 'invoice' then '1200' else '2110' end as owed_account,
    s.revenue_recognition = 'period' as is_deferred,
    $3::integer * case i.kind when 'invoice' then 1 else -1 end as sign
  from invoice i
  join seller s on s.seller_id = i.seller_id
  where i.invoice_id = any($1)
), part as (
  select d.seller_id, d.currency, d.owed_account as account_code, null::bigint as plan_id,
    null::bigint as item_id, null::bigint as tax_rate_version_id,
    d.sign * (d.total_minor + d.rounding_minor) as amount_minor
  from document d
  union all
  select d.seller_id, d.currency, '6300', null, null, null, -d.sign * d.rounding_minor
  from document d
  union all
  select d.seller_id, d.currency,
    case when d.is_deferred and l.period_end > d.invoice_date then '2300' else '4000' end,
    p.plan_id, case when p.plan_id is null then l.item_id end, null, -d.sign * l.net_minor
  from document d
  join invoice_line l on l.invoice_id = d.invoice_id
  left join price p on p.price_id = l.price_id
  union all
  select d.seller_id, d.currency, '2200', null, null, t.tax_rate_version_id,
    -d.sign * t.amount_minor
  from document d
  join invoice_tax t on t.invoice_id = d.invoice_id
), line as (
  select seller_id, currency, account_code, plan_id, item_id, tax_rate_version_id,
    sum(amount_minor)::bigint as amount_minor
  from part
  group by seller_id, currency, account_code, plan_id, item_id, tax_rate_version_id
  having sum(amount_minor) <> 0
), entry as (
  insert into journal (seller_id, event, entry_date, currency, invoice_id)
  select distinct seller_id, $2, $4::date, currency,
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
