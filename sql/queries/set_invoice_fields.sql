-- Sets what no figure of a document depends on, where the staged change says it.
-- $1 invoice bigint, $2 today date: an invoice that is charged from now on is not charged before.
-- Index: invoice_pkey.
update invoice i
set name = case when l.doc ? 'name' then l.doc ->> 'name' else i.name end,
  notes = case when l.doc ? 'notes' then l.doc ->> 'notes' else i.notes end,
  closed = coalesce((l.doc ->> 'closed')::boolean, i.closed),
  chase = coalesce((l.doc ->> 'chase')::boolean, i.chase),
  autopay = coalesce((l.doc ->> 'autopay')::boolean, i.autopay),
  next_payment_attempt_on = case
    when not l.doc ? 'autopay' or (l.doc ->> 'autopay')::boolean = i.autopay or i.state = 'draft'
      then i.next_payment_attempt_on
    when (l.doc ->> 'autopay')::boolean and not plan_has_ended(i.invoice_id)
      then greatest($2::date, i.invoice_date + coalesce(c.autopay_delay_days, 0)) end,
  metadata = case when l.doc ? 'metadata'
    then nullif(nullif(l.doc -> 'metadata', 'null'), '{}') else i.metadata end,
  disabled_payment_methods = case
    when not l.doc ? 'disabled_payment_methods' then i.disabled_payment_methods
    when jsonb_typeof(l.doc -> 'disabled_payment_methods') = 'array'
      and l.doc -> 'disabled_payment_methods' <> '[]' then array(
        select e.one from jsonb_array_elements_text(l.doc -> 'disabled_payment_methods')
          with ordinality as e (one, place) order by e.place) end,
  sent_at = case when (l.doc ->> 'sent')::boolean then coalesce(i.sent_at, now())
    else i.sent_at end,
  updated_at = now()
from import_line l, customer c
where i.invoice_id = $1 and c.customer_id = i.customer_id
