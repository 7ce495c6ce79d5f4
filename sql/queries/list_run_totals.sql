-- What a run billed, by currency, in minor units.
-- $1 run bigint
-- Out: currency text, digits smallint, and bigint: invoices, subtotal, discounts, taxes, total,
-- rounding, credits_applied of the invoices; credit_notes, credited of the credit notes.
-- Index: invoice_run_idx.
select i.currency::text as currency, u.digits,
  count(*) filter (where i.kind = 'invoice') as invoices,
  coalesce(sum(i.subtotal_minor) filter (where i.kind = 'invoice'), 0)::bigint as subtotal,
  coalesce(sum(i.discount_minor) filter (where i.kind = 'invoice'), 0)::bigint as discounts,
  coalesce(sum(i.tax_minor) filter (where i.kind = 'invoice'), 0)::bigint as taxes,
  coalesce(sum(i.total_minor) filter (where i.kind = 'invoice'), 0)::bigint as total,
  coalesce(sum(i.credits_applied_minor) filter (where i.kind = 'invoice'), 0)::bigint
    as credits_applied,
  count(*) filter (where i.kind = 'credit_note') as credit_notes,
  coalesce(sum(i.total_minor) filter (where i.kind = 'credit_note'), 0)::bigint as credited
from invoice i
join currency u on u.code = i.currency
where i.run_id = $1
group by i.currency, u.digits
order by i.currency;
