-- The tax groups of some documents with the version of their rate.
-- $1 invoice ids int8[]. In order of invoice_id, tax_no.
-- Out: invoice_id bigint, rate text, is_percent boolean, value numeric, currency text, valid_from
-- date (all null without a rate), category, reason text, percent numeric, inclusive, compound
-- boolean, base, amount bigint.
-- Index: invoice_tax_pkey, tax_rate_version_pkey, tax_rate_pkey.
select t.invoice_id, r.code as rate, r.is_percent, v.value, r.currency::text as currency,
  case when v.valid_from > '0001-01-01' then v.valid_from end as valid_from,
  t.category::text as category, t.reason, t.percent, t.inclusive,
  coalesce(r.compound, false) as compound, t.base_minor as base, t.amount_minor as amount
from invoice_tax t
left join tax_rate_version v on v.tax_rate_version_id = t.tax_rate_version_id
left join tax_rate r on r.tax_rate_id = v.tax_rate_id
where t.invoice_id = any($1)
order by t.invoice_id, t.tax_no;
