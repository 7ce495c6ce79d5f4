-- Books documents as a posting does, or mirrors that: one balanced entry a seller and currency
-- (RULES 7, post, void, unpost). What is deferred of a line is what the books have not recognised
-- of it so far, as if it were posted now. Open items of a former system are opening entries.
-- $1 invoice ids int8[], $2 event text, $3 sign integer (1, or -1 for the mirror), $4 entry date
with document as (
  select i.invoice_id, i.seller_id, i.currency, i.invoice_date, i.total_minor, i.rounding_minor,
    case i.kind when 'invoice' then '1200' else '2110' end as owed_account,
    s.revenue_recognition = 'period' as defers_revenue, s.recognised_through, s.rounding_mode,
    $3::integer * case i.kind when 'invoice' then 1 else -1 end as sign,
    coalesce(f.kind = 'legacy', false) as is_opening
  from invoice i
  join seller s on s.seller_id = i.seller_id
  left join invoice_number n on n.invoice_id = i.invoice_id
  left join number_series f on f.number_series_id = n.number_series_id
  where i.invoice_id = any($1)
), revenue as (
  select d.seller_id, d.currency, p.plan_id,
    case when p.plan_id is null then l.item_id end as item_id,
    -d.sign * l.net_minor as net_minor,
    case when d.defers_revenue and l.period_end > d.invoice_date then
      -d.sign * (l.net_minor - recognised_minor(l.net_minor, l.period_start, l.period_end,
        case l.kind when 'credit' then l.period_start else d.invoice_date end, d.rounding_mode,
        d.recognised_through))
    else 0 end as deferred_minor
  from document d
  join invoice_line l on l.invoice_id = d.invoice_id
  left join price p on p.price_id = l.price_id
  where not d.is_opening
), part as (
  select d.seller_id, d.currency, d.owed_account as account_code, null::bigint as plan_id,
    null::bigint as item_id, null::bigint as tax_rate_version_id,
    d.sign * (d.total_minor + d.rounding_minor) as amount_minor
  from document d
  union all
  select d.seller_id, d.currency, '3000', null, null, null,
    -d.sign * (d.total_minor + d.rounding_minor)
  from document d
  where d.is_opening
  union all
  select d.seller_id, d.currency, '6300', null, null, null, -d.sign * d.rounding_minor
  from document d
  where not d.is_opening
  union all
  select r.seller_id, r.currency, '2300', r.plan_id, r.item_id, null, r.deferred_minor
  from revenue r
  union all
  select r.seller_id, r.currency, '4000', r.plan_id, r.item_id, null,
    r.net_minor - r.deferred_minor
  from revenue r
  union all
  select d.seller_id, d.currency, '2200', null, null, t.tax_rate_version_id,
    -d.sign * t.amount_minor
  from document d
  join invoice_tax t on t.invoice_id = d.invoice_id
  where not d.is_opening
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
