-- Gives a run's drafts that were never posted another date, and their terms what follows from it.
-- $1 run_id bigint, $2 invoice date; of each kind of terms: $3 text[], $4 the due date so far
-- date[], $5 the new one date[], $6 the last day of an early discount date[]; elements may be null.
-- Index: invoice_run_idx.
with dated as (
  select t.payment_terms, t.due_date, t.new_due_date, t.early_until
  from unnest($3::text[], $4::date[], $5::date[], $6::date[])
    as t (payment_terms, due_date, new_due_date, early_until)
), moved as (
  update invoice i
  set invoice_date = $2, due_date = t.new_due_date,
    early_discount_until = case when i.early_discount_minor is not null then t.early_until end,
    updated_at = now()
  from dated t
  where i.run_id = $1 and i.state = 'draft' and i.kind = 'invoice'
    and i.payment_terms is not distinct from t.payment_terms
    and i.due_date is not distinct from t.due_date
    and not exists (select from invoice_number n where n.invoice_id = i.invoice_id)
  returning i.invoice_id
)
update invoice i
set invoice_date = $2, updated_at = now()
where i.run_id = $1 and i.state = 'draft' and i.kind = 'credit_note'
  and not exists (select from invoice_number n where n.invoice_id = i.invoice_id)
  and (select count(*) from moved) >= 0
