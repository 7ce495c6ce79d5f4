-- Tax of posted documents by seller, jurisdiction, category and rate, in minor units: credit notes
-- are subtracted, voided documents left out, and so are open items of a former system, whose tax
-- was reported there.
-- $1 first day, $2 day after the last date (invoice dates; of discounts, the days they are booked
-- on), $3 seller text, null for all.
-- Out: seller, country, state, tax (its code, or what there is instead), category text; percent
-- text (null for a fixed amount); currency text, digits smallint, documents bigint; base,
-- tax_amount, discounted (the tax share of early payment discounts), due numeric; in order of
-- seller, country, state, tax, category, percent, currency.
-- Index: invoice_date_idx, invoice_tax_pkey, journal_date_idx.
with taxed as (
  select i.seller_id, i.currency, t.tax_rate_version_id, t.category, t.percent,
    count(*) as documents, sum(case i.kind when 'invoice' then t.base_minor else -t.base_minor end)
      as base, sum(case i.kind when 'invoice' then t.amount_minor else -t.amount_minor end) as tax,
    0::numeric as discounted
  from invoice i
  join seller s on s.seller_id = i.seller_id and ($3::text is null or s.code = $3)
  join invoice_tax t on t.invoice_id = i.invoice_id
  where i.invoice_date >= $1 and i.invoice_date < $2
    and i.state in ('open', 'reversed', 'written_off')
    and not exists (
      select from number_series f
      join invoice_number n on n.number_series_id = f.number_series_id
      where f.kind = 'legacy' and n.invoice_id = i.invoice_id)
  group by 1, 2, 3, 4, 5
  union all
  select j.seller_id, j.currency, l.tax_rate_version_id, 'S', v.value, 0, 0, 0,
    sum(l.amount_minor)
  from journal j
  join seller s on s.seller_id = j.seller_id and ($3::text is null or s.code = $3)
  join journal_line l on l.journal_id = j.journal_id and l.account_code = '2200'
  left join tax_rate_version v on v.tax_rate_version_id = l.tax_rate_version_id
  where j.entry_date >= $1 and j.entry_date < $2
    and j.event in ('early_discount', 'early_discount_undone')
  group by 1, 2, 3, 5
)
select s.code as seller, coalesce(r.country, s.country) as country, r.state,
  coalesce(r.code, case t.category when 'S' then 'no rate' when 'AE' then 'reverse charge'
    when 'E' then 'exempt' when 'K' then 'intra-community supply' when 'G' then 'export'
    when 'O' then 'outside the scope' else 'zero rate' end) as tax,
  trim(t.category) as category, case when coalesce(r.is_percent, true)
    then trim_scale(t.percent)::text end as percent,
  t.currency::text as currency, u.digits, sum(t.documents)::bigint as documents,
  sum(t.base) as base, sum(t.tax) as tax_amount, sum(t.discounted) as discounted,
  sum(t.tax) - sum(t.discounted) as due
from taxed t
join seller s on s.seller_id = t.seller_id
left join tax_rate_version v on v.tax_rate_version_id = t.tax_rate_version_id
left join tax_rate r on r.tax_rate_id = v.tax_rate_id
join currency u on u.code = t.currency
group by 1, 2, 3, 4, 5, 6, t.currency, u.digits
order by 1, 2, 3, 4, 5, 6, 7
