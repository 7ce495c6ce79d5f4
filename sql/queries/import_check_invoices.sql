-- Checks invoices: one row a rule; a rule that meets a null holds.
insert into import_error (line, fault)
select bad.line, string_to_table(bad.faults, E'\n')
from (
  select r.line, concat_ws(E'\n',
    case when not (r.customer_id is not null)
      then 'customer|the id or the number of one customer|customer' end,
    -- Lines have ids of six digits more, and those that are drawn go on behind the largest.
    case when l.doc -> 'id' <> 'null' and not coalesce(r.id < 1e12, false)
      then 'id|a whole number from 1 to 999999999999' end,
    -- All documents may be read at once for this, but not for a line that brings no id or number.
    case when r.id is not null and exists (select from invoice i where i.invoice_id = r.id)
      then 'id|an id that no document has' end,
    case when r.customer_id is not null and r.digits is null
      then 'currency|a lower-case ISO 4217 code' end,
    case when not (regexp_replace(r.payment_terms, ' +', ' ', 'g') ~* ('^ ?('
        || '([0-9]{1,2}([.][0-9]{1,2})?% [0-9]{1,2} )?net [0-9]{1,3}( eom)?|auto ?pay'
        || '|due on receipt|(net )?eom|end of month) ?$'))
      then 'payment_terms|terms like "NET 30", "AutoPay", "due on receipt" or "2% 10 NET 30"' end,
    case when r.dates is not null and pg_temp.import_day(r.dates, r.zone) is null
        and r.customer_id is not null
      then 'date|a day ("2026-12-31") or a UNIX timestamp' end,
    case when r.due_dates is not null and r.due_date is null and r.customer_id is not null
      then 'due_date|a day ("2026-12-31") or a UNIX timestamp' end,
    case when not (r.due_date >= r.date) then 'due_date|a day that is not before the date' end,
    case when not (r.number ~ '^\S(.{0,98}\S)?$' and pg_temp.import_is_line(r.number))
      then 'number|a line of 1 to 100 characters' end,
    case when r.number is not null and (exists (select from invoice_number n
        where n.seller_id = r.seller_id and n.number = r.number)
        or exists (select from invoice_request q
          where q.seller_id = r.seller_id and q.number = r.number))
      then 'number|a number that no document of the seller has' end,
    case when r.number is not null and r.occurrence > 1
      then 'number|a number that does not occur twice in one import' end,
    case when not (jsonb_array_length(l.doc -> 'items') > 0)
      then 'items|at least one line item' end,
    case when jsonb_path_exists(r.disabled_payment_methods, '$[*] ? (@.type() != "string")')
      then 'disabled_payment_methods|a list of texts' end,
    case when not (not jsonb_path_exists(r.metadata,
      'strict $.* ? (@.type() != "string" && @.type() != "number" && @.type() != "boolean")'))
      then 'metadata|a flat object of texts, numbers and booleans' end
  ) as faults
  from (
    select v.*, row_number() over (partition by v.seller_id, v.number order by v.line)
      as occurrence
    from import_invoice v) r
  join import_line l on l.line = r.line
) bad
where bad.faults <> ''
union all
select r.line, 'attachments.' || a.position - 1 || '|the id of a file, once'
from import_invoice r
cross join lateral jsonb_array_elements(r.attachments) with ordinality a (one, position)
left join file f on f.file_id = pg_temp.import_id(
  case jsonb_typeof(a.one) when 'number' then (a.one #>> '{}')::numeric end)
where f.file_id is null
  or exists (select from jsonb_array_elements(r.attachments) with ordinality b (one, position)
             where b.one = a.one and b.position < a.position);
