-- The tax groups of documents as they are printed.
-- $1 invoice ids int8[]. In order of invoice_id, tax_no.
-- Out, in the order given: invoice_id bigint, name text (null for no rate), category, percent text
-- (null: a fixed amount), inclusive boolean, reason text, base, amount bigint in minor units.
-- Index: invoice_tax_pkey, tax_rate_version_pkey, tax_rate_pkey.
select t.invoice_id, r.name, trim(t.category::text) as category,
  trim_scale(t.percent)::text as percent, t.inclusive, t.reason, t.base_minor as base,
  t.amount_minor as amount
from invoice_tax t
left join tax_rate_version v on v.tax_rate_version_id = t.tax_rate_version_id
left join tax_rate r on r.tax_rate_id = v.tax_rate_id
where t.invoice_id = any($1::bigint[])
order by t.invoice_id, t.tax_no;
