-- The line items of documents, in order of document and line.
-- $1 invoice ids int8[], empty for all; $2 after bigint: only beyond this item; $3 limit bigint
-- Out: item_id, invoice_id bigint, number text, line_no integer, name, quantity, unit_cost text,
-- amount bigint in minor units, digits smallint, currency text, period_start, last_day date
-- (inclusive), object text (the line item object, with the key invoice).
-- Index: invoice_line_pkey.
select l.invoice_id * 1000000 + l.line_no as item_id, l.invoice_id, n.number, l.line_no,
  o.object ->> 'name' as name, o.object ->> 'quantity' as quantity,
  o.object ->> 'unit_cost' as unit_cost, l.amount_minor as amount, u.digits,
  i.currency::text as currency, l.period_start, l.period_end - 1 as last_day,
  left(o.object::text, -1) || ', "invoice" : ' || l.invoice_id || '}' as object
from invoice_line l
join invoice i on i.invoice_id = l.invoice_id
join seller s on s.seller_id = i.seller_id
join currency u on u.code = i.currency
cross join line_item_objects(l.invoice_id, u.minor_unit, s.time_zone) o
left join invoice_number n on n.invoice_id = l.invoice_id
where o.line_no = l.line_no and (cardinality($1::bigint[]) = 0 or l.invoice_id = any($1))
  and ($2::bigint is null or (l.invoice_id, l.line_no) > ($2 / 1000000, ($2 % 1000000)::integer))
order by l.invoice_id, l.line_no
limit $3
