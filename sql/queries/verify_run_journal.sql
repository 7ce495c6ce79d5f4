-- What a posted run booked is what its documents say, by currency: the receivable (1200) the totals
-- with rounding, less the credits applied where the run itself posted
-- them (direct), tax payable (2200) the taxes, open credit notes (2110, of
-- the notes it wrote) their totals (RULES 7). What was unposted or voided since counts: the mirror
-- of its entry belongs to no run.
-- $1 run bigint: only this one, null for all.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with booked as (
  select j.run_id, j.currency,
    sum(l.amount_minor) filter (where l.account_code = '1200') as receivable,
    sum(l.amount_minor) filter (where l.account_code = '2200') as tax
  from journal j
  join journal_line l on l.journal_id = j.journal_id
  where j.run_id is not null and ($1::bigint is null or j.run_id = $1)
  group by j.run_id, j.currency
), tax as (
  select i.run_id, i.currency,
    sum(case i.kind when 'invoice' then -t.amount_minor else t.amount_minor end) as amount
  from invoice_tax t
  join invoice i on i.invoice_id = t.invoice_id
  where i.run_id is not null
    and (i.state not in ('draft', 'canceled')
      or exists (select from invoice_number n where n.invoice_id = i.invoice_id))
    and ($1::bigint is null or i.run_id = $1)
  group by i.run_id, i.currency
), document as (
  select i.run_id, i.currency,
    sum(i.total_minor + i.rounding_minor
        - case r.posting when 'direct' then i.credits_applied_minor else 0 end)
      filter (where i.kind = 'invoice') as receivable
  from invoice i
  join run r on r.run_id = i.run_id
  where i.run_id is not null
    and (i.state not in ('draft', 'canceled')
      or exists (select from invoice_number n where n.invoice_id = i.invoice_id))
    and ($1::bigint is null or i.run_id = $1)
  group by i.run_id, i.currency
), wrong as materialized (
  select r.run_id as id,
    case when coalesce(b.receivable, 0) <> coalesce(d.receivable, 0)
      then format('it booked %s to 1200 in %s, but its invoices come to %s',
        coalesce(b.receivable, 0),
                  coalesce(d.currency, b.currency), coalesce(d.receivable, 0))
      else format('it booked %s to 2200 in %s, but its taxes come to %s', coalesce(b.tax, 0),
          coalesce(d.currency, b.currency), coalesce(t.amount, 0)) end as problem
  from document d
  full join booked b on b.run_id = d.run_id and b.currency = d.currency
  left join tax t on t.run_id = d.run_id and t.currency = d.currency
  join run r on r.run_id = coalesce(d.run_id, b.run_id)
  where r.state in ('completed', 'posted')
    and (coalesce(b.receivable, 0) <> coalesce(d.receivable, 0)
      or coalesce(b.tax, 0) <> coalesce(t.amount, 0))
)
select (select count(*) from run r
  where ($1::bigint is null or r.run_id = $1) and r.state in ('completed', 'posted')) as looked_at,
  (select count(*) from wrong) as wrong, 'run' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
