-- What a run billed, by currency, in minor units.
-- $1 run bigint
-- Out: currency text, digits smallint; bigint: invoices, credit_notes, taken_back; numeric, since
-- a sum can pass what one document can have: subtotal, discounts, taxes, total, credits_applied of
-- the invoices, credited of the credit notes, taken_back_total. Those that were canceled, voided or
-- reversed since are in all sums, and again in the two of what was taken back.
-- Index: invoice_run_idx.
with billed as (
  select currency, kind, count(*) as documents, sum(subtotal_minor) as subtotal,
    sum(discount_minor) as discounts, sum(tax_minor) as taxes, sum(total_minor) as total,
    sum(credits_applied_minor) as credits_applied,
    count(*) filter (where state in ('canceled', 'voided', 'reversed')) as taken_back,
    sum(total_minor) filter (where state in ('canceled', 'voided', 'reversed')) as taken_back_total
  from invoice
  where run_id = $1
  group by currency, kind
)
select u.code::text as currency, u.digits,
  coalesce(i.documents, 0) as invoices,
  coalesce(i.subtotal, 0) as subtotal,
  coalesce(i.discounts, 0) as discounts,
  coalesce(i.taxes, 0) as taxes,
  coalesce(i.total, 0) as total,
  coalesce(i.credits_applied, 0) as credits_applied,
  coalesce(n.documents, 0) as credit_notes,
  coalesce(n.total, 0) as credited,
  coalesce(i.taken_back, 0) as taken_back,
  coalesce(i.taken_back_total, 0) as taken_back_total
from currency u
left join billed i on i.currency = u.code and i.kind = 'invoice'
left join billed n on n.currency = u.code and n.kind = 'credit_note'
where i.currency is not null or n.currency is not null
order by u.code;
