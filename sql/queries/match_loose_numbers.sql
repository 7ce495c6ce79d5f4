-- Finds the invoice that a transfer names otherwise than its number is written, in other case or
-- with other signs, blanks or line ends within, where it names none as it is written: one number
-- with a letter, of six letters and digits or more, that words of the text come to, and that one
-- invoice alone has of those that are owed. Where a number goes on, it is that one only by its
-- amount.
-- Index: invoice_unsettled_idx, invoice_number_invoice_key.
with text as materialized (
  select y.line, y.amount * 10::numeric ^ y.digits as minor,
    regexp_split_to_array(lower(plain_text(y.reference)), '[^a-z0-9]+') as words
  from import_payment y
  join bank_item t on t.place = y.line and t.kind = 'transfer'
  where not exists (select from import_payment_invoice n where n.line = y.line)
), part as materialized (
  select t.line, f.first, t.minor, t.words[f.first + m.more + 1] as next,
    array_to_string(t.words[f.first:f.first + m.more], '') as name
  from text t
  cross join lateral generate_series(1, cardinality(t.words)) as f (first)
  cross join generate_series(0, 5) as m (more)
  where f.first + m.more <= cardinality(t.words)
), owed as materialized (
  select i.invoice_id, m.number,
    i.total_minor + i.rounding_minor - i.settled_minor as minor,
    regexp_replace(lower(plain_text(m.number)), '[^a-z0-9]+', '', 'g') as name
  from invoice i
  join invoice_number m on m.invoice_id = i.invoice_id
  where i.kind = 'invoice' and i.state = 'open'
    and i.settled_minor < i.total_minor + i.rounding_minor and exists (select from part)
), found as (
  select p.line, min(p.first) as position, min(o.number) as name, min(o.invoice_id) as invoice_id
  from part p
  join owed o on o.name = p.name
  where length(p.name) >= 6 and p.name ~ '[a-z]'
  group by p.line
  having count(distinct o.invoice_id) = 1
    and bool_or(o.minor = p.minor or (p.next ~ '^[0-9]+$') is not true)
)
insert into import_payment_invoice (line, position, field, name, amount, invoices)
select f.line, f.position, 'reference', f.name, null, array[f.invoice_id]
from found f
