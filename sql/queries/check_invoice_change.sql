-- Checks what a change of a document says, as far as no other field decides.
-- $1 invoice bigint
with patch as (
  select l.line, l.doc, s.time_zone as zone, i.invoice_date
  from import_line l
  join invoice i on i.invoice_id = $1
  join seller s on s.seller_id = i.seller_id
)
insert into import_error (line, fault)
select bad.line, string_to_table(bad.faults, E'\n')
from (
  select p.line, concat_ws(E'\n',
    case when p.doc -> 'date' <> 'null' and pg_temp.import_day(p.doc -> 'date', p.zone) is null
      then 'date|a day ("2026-12-31") or a UNIX timestamp' end,
    case when p.doc -> 'due_date' <> 'null'
        and pg_temp.import_day(p.doc -> 'due_date', p.zone) is null
      then 'due_date|a day ("2026-12-31") or a UNIX timestamp' end,
    case when pg_temp.import_day(p.doc -> 'due_date', p.zone)
        < coalesce(pg_temp.import_day(p.doc -> 'date', p.zone), p.invoice_date)
      then 'due_date|a day that is not before the date' end,
    case when not (regexp_replace(p.doc ->> 'payment_terms', ' +', ' ', 'g') ~* ('^ ?('
        || '([0-9]{1,2}([.][0-9]{1,2})?% [0-9]{1,2} )?net [0-9]{1,3}( eom)?|auto ?pay'
        || '|due on receipt|(net )?eom|end of month) ?$'))
      then 'payment_terms|terms like "NET 30", "AutoPay", "due on receipt" or "2% 10 NET 30"' end,
    case when jsonb_path_exists(p.doc, '$.disabled_payment_methods[*] ? (@.type() != "string")')
      then 'disabled_payment_methods|a list of texts' end,
    case when jsonb_typeof(p.doc -> 'metadata') = 'object'
        and jsonb_path_exists(p.doc -> 'metadata',
      'strict $.* ? (@.type() != "string" && @.type() != "number" && @.type() != "boolean")')
      then 'metadata|a flat object of texts, numbers and booleans' end
  ) as faults
  from patch p
) bad
where bad.faults <> ''
union all
select p.line, 'attachments.' || a.position - 1 || '|the id of a file, once'
from patch p
cross join lateral jsonb_array_elements(
  case jsonb_typeof(p.doc -> 'attachments') when 'array' then p.doc -> 'attachments' end)
  with ordinality a (one, position)
left join file f on f.file_id = pg_temp.import_id(
  case jsonb_typeof(a.one) when 'number' then (a.one #>> '{}')::numeric end)
where f.file_id is null
  or exists (select from jsonb_array_elements(p.doc -> 'attachments')
               with ordinality b (one, position)
             where b.one = a.one and b.position < a.position)
