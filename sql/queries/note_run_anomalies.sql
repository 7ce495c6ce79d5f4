-- Holds what a run and the others of its as-of day come to against the runs of the as-of day before
-- it that its limits name, and notes what is beyond them: about the whole run, so nothing of it is
-- posted.
-- $1 run_id bigint, $2 limits jsonb; of a dry run $3 text, the kind of run that it stands for
-- (null: its own), and what was taken back: $4 kinds text[], $5 currencies text[], $6 documents
-- int8[], $7 those of them that come to nothing int8[], $8 their sums in minor units int8[].
-- Index: invoice_run_idx.
with this as (
  select r.run_id, r.seller_id, coalesce($3::text, r.kind) as kind, r.scope, r.as_of,
    (r.as_of - ('1 ' || ($2::jsonb ->> 'compare'))::interval)::date as latest
  from run r
  where r.run_id = $1
), alike as (
  -- Whoever runs twice a day adds to the first run, and is not compared with nothing.
  select r.run_id, r.as_of
  from this t
  join run r on r.seller_id = t.seller_id and r.scope = t.scope
  where r.run_id = t.run_id
    or r.kind = t.kind
      and (r.state = 'posted' or r.state = 'completed' and r.gate = 'hold_some')
), day as (
  select max(a.as_of) as as_of from alike a, this t where a.as_of <= t.latest
), document as (
  select a.as_of = t.as_of as is_this, i.kind, i.currency, count(*) as documents,
    count(*) filter (where i.total_minor = 0) as zeros, sum(i.total_minor) as total_minor
  from this t, day d, alike a
  join invoice i on i.run_id = a.run_id and i.state <> 'canceled'
  where a.as_of in (t.as_of, d.as_of)
  group by 1, 2, 3
  union all
  select true, n.kind, n.currency, n.documents, n.zeros, n.total_minor
  from unnest($4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[])
    as n (kind, currency, documents, zeros, total_minor)
), tally as (
  select is_this, sum(documents) filter (where kind = 'invoice') as invoices,
    sum(documents) filter (where kind = 'credit_note') as credit_notes,
    sum(zeros) filter (where kind = 'invoice') as zeros
  from document
  group by is_this
), count as (
  select coalesce(n.invoices, 0) as invoices, coalesce(n.credit_notes, 0) as credit_notes,
    coalesce(n.zeros, 0) as zeros, b.invoices as before
  from (values (true)) as one (is_this)
  left join tally n on n.is_this
  left join tally b on not b.is_this
), total as (
  select d.currency, u.digits, u.minor_unit,
    coalesce(sum(d.total_minor * case d.kind when 'invoice' then 1 else -1 end)
      filter (where d.is_this), 0) as now_minor,
    sum(d.total_minor * case d.kind when 'invoice' then 1 else -1 end)
      filter (where not d.is_this) as before_minor
  from document d
  join currency u on u.code = d.currency
  group by d.currency, u.digits, u.minor_unit
), found as (
  select 1 as place, '' as currency, 'fewer_invoices' as code,
    format('%s invoices, %s %% fewer than the %s of %s; the limit is %s %%', c.invoices,
      round(100.0 * (c.before - c.invoices) / c.before, 1), c.before, d.as_of,
      $2::jsonb ->> 'invoices_less') as message
  from count c, day d
  where c.before > 0
    and c.invoices < c.before * (1 - ($2::jsonb ->> 'invoices_less')::numeric / 100)
  union all
  select 2, '', 'more_invoices',
    format('%s invoices, %s %% more than the %s of %s; the limit is %s %%', c.invoices,
      round(100.0 * (c.invoices - c.before) / c.before, 1), c.before, d.as_of,
      $2::jsonb ->> 'invoices_more')
  from count c, day d
  where c.before > 0
    and c.invoices > c.before * (1 + ($2::jsonb ->> 'invoices_more')::numeric / 100)
  union all
  select 3, '', 'too_many_invoices',
    format('%s invoices; the limit is %s', c.invoices, $2::jsonb ->> 'invoices_most')
  from count c
  where c.invoices > ($2::jsonb ->> 'invoices_most')::numeric
  union all
  select 4, t.currency, 'lower_total',
    format('%s %s, less than the %s of %s by more than %s %%',
      round(t.now_minor * t.minor_unit, t.digits), t.currency,
      round(t.before_minor * t.minor_unit, t.digits), d.as_of, $2::jsonb ->> 'total_less')
  from total t, day d
  where t.before_minor > 0
    and t.now_minor < t.before_minor * (1 - ($2::jsonb ->> 'total_less')::numeric / 100)
  union all
  select 5, t.currency, 'higher_total',
    format('%s %s, more than the %s of %s by more than %s %%',
      round(t.now_minor * t.minor_unit, t.digits), t.currency,
      round(t.before_minor * t.minor_unit, t.digits), d.as_of, $2::jsonb ->> 'total_more')
  from total t, day d
  where t.before_minor > 0
    and t.now_minor > t.before_minor * (1 + ($2::jsonb ->> 'total_more')::numeric / 100)
  union all
  select 6, t.currency, 'total_too_high',
    format('%s %s; the limit is %s', round(t.now_minor * t.minor_unit, t.digits), t.currency,
      $2::jsonb ->> 'total_most')
  from total t
  where t.now_minor * t.minor_unit > ($2::jsonb ->> 'total_most')::numeric
  union all
  select 7, '', 'too_many_zeros',
    format('%s of %s invoices come to nothing; the limit is %s', c.zeros, c.invoices,
      coalesce(($2::jsonb ->> 'zero_share') || ' %', $2::jsonb ->> 'zero_most'))
  from count c
  where c.zeros > ($2::jsonb ->> 'zero_most')::numeric
    or c.zeros > c.invoices * ($2::jsonb ->> 'zero_share')::numeric / 100
  union all
  select 8, '', 'too_many_credit_notes',
    format('%s credit notes beside %s invoices; the limit is %s', c.credit_notes, c.invoices,
      coalesce(($2::jsonb ->> 'credit_notes_share') || ' %', $2::jsonb ->> 'credit_notes_most'))
  from count c
  where c.credit_notes > ($2::jsonb ->> 'credit_notes_most')::numeric
    or c.credit_notes > (c.invoices + c.credit_notes)
      * ($2::jsonb ->> 'credit_notes_share')::numeric / 100
)
insert into gate_finding (run_id, finding_no, code, message)
select $1, row_number() over (order by f.place, f.currency), f.code, f.message
from found f
