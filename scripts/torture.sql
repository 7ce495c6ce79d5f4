-- What scripts/torture compares: every invoice as one line of text, without ids, numbers and times.
-- A number series that does not read 1…n prints a line that begins with "hole"; none may.
-- Run with psql -At, with the search_path set to the books to look at.

with lines as (
  select
    invoice_id,
    string_agg(
      concat_ws(
        ' ', 'line', line_no, subscription_id, slot, period_start, period_end, quantity, unit_cost,
        amount_minor),
      ', ' order by line_no) as content
  from invoice_line
  group by invoice_id
),
taxes as (
  select
    invoice_id,
    string_agg(concat_ws(' ', 'tax', tax_no, base_minor, amount_minor), ', ' order by tax_no)
      as content
  from invoice_tax
  group by invoice_id
),
numbers as (
  select invoice_id, count(*) as count
  from invoice_number
  group by invoice_id
)
select
  concat_ws(
    ' | ',
    concat_ws(
      ' ', 'customer', invoice.customer_id, invoice.currency, invoice.invoice_date,
      invoice.subtotal_minor, invoice.total_minor, coalesce(numbers.count, 0), 'number'),
    lines.content,
    taxes.content) as content
from invoice
left join lines using (invoice_id)
left join taxes using (invoice_id)
left join numbers using (invoice_id)
order by content;

select concat_ws(' ', 'hole in series', number_series_id, min(seq), max(seq), count(*)) as content
from invoice_number
group by number_series_id
having min(seq) <> 1 or max(seq) <> count(*)
order by number_series_id;
