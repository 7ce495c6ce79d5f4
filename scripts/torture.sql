-- What scripts/torture compares: every document as one line of text, without ids, numbers and
-- times; then every covered span, and a line that begins with "hole" for each number series that
-- does not read first … next - 1. Run with psql -At and the search_path set to the books.

with line as (
  select
    invoice_id,
    string_agg(
      concat_ws(
        ' ', 'line', line_no, kind, subscription_id, slot, period_start, period_end, quantity,
        unit_cost, amount_minor, discount_minor, invoice_discount_minor, net_minor, tax_nos),
      ', ' order by line_no) as content
  from invoice_line
  group by invoice_id
),
discount as (
  select
    invoice_id,
    string_agg(
      concat_ws(' ', 'discount', discount_no, line_no, amount_minor), ', ' order by discount_no)
      as content
  from invoice_discount
  group by invoice_id
),
tax as (
  select
    invoice_id,
    string_agg(
      concat_ws(' ', 'tax', tax_no, category, percent, inclusive, base_minor, amount_minor),
      ', ' order by tax_no) as content
  from invoice_tax
  group by invoice_id
)
select
  concat_ws(
    ' | ',
    concat_ws(
      ' ', kind, 'customer', customer_id, state, currency, invoice_date, due_date, subtotal_minor,
      discount_minor, tax_minor, total_minor, rounding_minor, settled_minor,
      case when number is null then 'unnumbered' else 'numbered' end),
    line.content,
    discount.content,
    tax.content) as content
from invoice
left join invoice_number using (invoice_id)
left join line using (invoice_id)
left join discount using (invoice_id)
left join tax using (invoice_id)
order by content;

select
  concat_ws(
    ' ', 'covered', subscription_id, slot, span_start, span_end, reason,
    case when released_by is not null then 'released' end) as content
from coverage
order by content;

select concat_ws(' ', 'hole', kind, format, first_seq, next_seq, count(seq)) as content
from number_series
left join invoice_number using (number_series_id)
group by number_series_id
having count(seq) <> next_seq - first_seq
  or min(seq) <> first_seq
  or max(seq) <> next_seq - 1
order by number_series_id;
