-- Sellers as an import takes them, with the series whose numbers go on.
-- $1 seller text: only its, null for all. Out: line text, an object of an import in order of
-- seller_id.
-- Index: seller_pkey, number_series_format_key.
select json_strip_nulls(json_build_object(
  'object', 'seller', 'id', s.code, 'name', s.name, 'country', s.country,
  'currency', s.currency, 'time_zone', s.time_zone, 'address', nullif(s.address, '{}'),
  'tax_id', s.tax_id, 'email', s.email, 'number_format', s.number_format,
  'credit_note_format', s.credit_note_format, 'fiscal_year_start', s.fiscal_year_start,
  'rounding', json_build_object('mode', s.rounding_mode, 'tax', s.tax_rounding,
    'cash_increment', trim_scale(s.cash_increment_minor / 10::numeric ^ c.digits),
    'cash_methods', s.cash_methods),
  'tax_registrations', nullif(s.tax_registrations, '{}'),
  'unchecked_tax_ids', s.unchecked_tax_ids, 'zero_invoices', s.zero_invoices,
  'tax_point', s.tax_point, 'credit_lines', s.credit_lines, 'closed_through', s.closed_through,
  'send_invoices', s.send_invoices, 'number_series', (
    select json_agg(json_build_object('kind', f.kind, 'format', f.format, 'next', f.next_seq)
      order by f.kind, f.format, f.number_series_id)
    from number_series f
    where f.seller_id = s.seller_id and f.kind in ('invoice', 'credit_note')
      and f.next_seq > 1)))::text as line
from seller s
join currency c on c.code = s.currency
where $1::text is null or s.code = $1
order by s.seller_id
