-- Which fields of the staged change differ from what a document has.
-- $1 invoice bigint. Out, in order of field: field text, old, new text (JSON).
-- Index: invoice_pkey, invoice_request_pkey, attachment_file_key.
with present as (
  select s.time_zone as zone, jsonb_build_object(
    'name', i.name, 'number', coalesce(n.number, q.number), 'currency', i.currency,
    'payment_terms', coalesce(i.amended_payment_terms, i.payment_terms),
    'date', i.invoice_date, 'due_date', coalesce(i.amended_due_date, i.due_date),
    'draft', i.state = 'draft', 'closed', i.closed, 'chase', i.chase, 'autopay', i.autopay,
    'notes', i.notes, 'metadata', coalesce(i.metadata, '{}'), 'sent', i.sent_at is not null,
    'disabled_payment_methods', coalesce(to_jsonb(i.disabled_payment_methods), '[]'),
    'items', q.request -> 'items', 'discounts', coalesce(q.request -> 'discounts', '[]'),
    'taxes', coalesce(q.request -> 'taxes', '[]'),
    'attachments', (select coalesce(jsonb_agg(a.file_id order by a.attachment_id), '[]')
      from attachment a where a.invoice_id = i.invoice_id)) as doc
  from invoice i
  join seller s on s.seller_id = i.seller_id
  left join invoice_number n on n.invoice_id = i.invoice_id
  left join invoice_request q on q.invoice_id = i.invoice_id
  where i.invoice_id = $1
)
select k.key as field, coalesce(p.doc -> k.key, 'null')::text as old, k.new::text as new
from present p
cross join lateral (
  select e.key, case
      when e.key in ('date', 'due_date') and e.value <> 'null'
        then to_jsonb(pg_temp.import_day(e.value, p.zone))
      when e.key = 'metadata' and e.value = 'null' then '{}'
      when e.key in ('discounts', 'taxes', 'disabled_payment_methods', 'attachments')
        and e.value = 'null' then '[]'
      else e.value end as new
  from import_line l, jsonb_each(l.doc - 'object') e) k
where k.new is distinct from coalesce(p.doc -> k.key, 'null')
order by k.key
