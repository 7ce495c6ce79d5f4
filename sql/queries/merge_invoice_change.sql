-- The object that a draft was made from, with the staged change: it is priced again from that.
-- Terms without a due date of their own make the due date anew.
-- $1 invoice bigint. Out: object text; no row where no object made it.
select ((q.request
    - case when l.doc ? 'payment_terms' and not l.doc ? 'due_date' then array['due_date']
      else '{}'::text[] end)
  || jsonb_build_object('name', i.name, 'notes', i.notes, 'closed', i.closed,
    'metadata', coalesce(i.metadata, '{}'),
    'disabled_payment_methods', coalesce(to_jsonb(i.disabled_payment_methods), '[]'))
  || (l.doc - '{object,sent,attachments}'::text[])
  || jsonb_build_object('object', 'invoice', 'draft', true)
  || case when n.invoice_id is null then '{}' else '{"number": null}'::jsonb end)::text as object
from invoice_request q
join invoice i on i.invoice_id = q.invoice_id
left join invoice_number n on n.invoice_id = q.invoice_id
cross join import_line l
where q.invoice_id = $1
