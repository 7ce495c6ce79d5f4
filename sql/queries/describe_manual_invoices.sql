-- Gives drafts that were written from lines of an import what no figure depends on, and keeps what
-- was asked for.
-- $1 lines int4[], $2 invoice ids int8[]. Index: invoice_pkey, invoice_line_pkey.
with made as materialized (
  select m.invoice_id, v.*, l.doc
  from unnest($1::integer[], $2::bigint[]) as m (line, invoice_id)
  join import_invoice v on v.line = m.line
  join import_line l on l.line = m.line
), head as (
  update invoice i
  set name = m.name, notes = m.notes, closed = m.closed, metadata = nullif(m.metadata, '{}'),
    disabled_payment_methods = case when m.disabled_payment_methods <> '[]' then array(
      select e.one from jsonb_array_elements_text(m.disabled_payment_methods)
        with ordinality as e (one, place) order by e.place) end
  from made m
  where i.invoice_id = m.invoice_id
), line as (
  update invoice_line x
  set metadata = nullif(r.metadata, '{}'),
    pricing = case when r.type is not null
      then coalesce(x.pricing, '{}') || jsonb_build_object('type', r.type) else x.pricing end
  from made m
  join import_invoice_item r on r.line = m.line
  where x.invoice_id = m.invoice_id and x.line_no = r.position
    and (r.metadata <> '{}' or r.type is not null)
)
insert into invoice_request (invoice_id, seller_id, number, request)
select m.invoice_id, m.seller_id, m.number,
  (m.doc - '{object,id,draft,attachments,closed,name,notes,metadata,disabled_payment_methods}'
    ::text[])
    || jsonb_build_object('customer', m.customer_id, 'currency', m.currency, 'date', m.date,
      'payment_terms', m.payment_terms, 'autopay', m.autopay, 'chase', m.chase)
from made m
