-- Reads sellers from good lines.
insert into import_seller (
  line, id, known, name, country, currency, digits, time_zone, address, tax_id, email,
  number_format, credit_note_format, fiscal_year_start, rounding_mode, tax_rounding,
  cash_increment, cash_methods, zero_invoices, tax_point, credit_lines, tax_registrations,
  unchecked_tax_ids, closes, closed_through, send_invoices)
select l.line, r.id, known.seller_id, r.name, r.country, r.currency, c.digits, r.time_zone,
       coalesce(r.address, '{}'), r.tax_id, r.email, coalesce(r.number_format, 'INV-{seq:06}'),
       coalesce(r.credit_note_format, 'CN-{seq:06}'), coalesce(r.fiscal_year_start, '01-01'),
       coalesce(r.rounding ->> 'mode', 'half_up'), coalesce(r.rounding ->> 'tax', 'group'),
       (r.rounding ->> 'cash_increment')::numeric,
       coalesce(nullif(r.rounding -> 'cash_methods', 'null'), '["other"]'),
       coalesce(r.zero_invoices, 'issue'),
       -- RULES 1.5: a continuous supply in the EU is made when its agreed period ends.
       coalesce(r.tax_point, case
         when r.country = any(string_to_array(current_setting('billrun.member_states'), ','))
         then 'period_end' else 'invoice_date' end),
       coalesce(r.credit_lines, 'net'), coalesce(r.tax_registrations, '[]'),
       coalesce(r.unchecked_tax_ids, 'charge'), r.closed_through is not null,
       pg_temp.import_day(r.closed_through, zone.name), coalesce(r.send_invoices, 'never')
from import_line l
cross join lateral jsonb_to_record(l.doc) as r (
  id text, name text, country text, currency text, time_zone text, address jsonb, tax_id text,
  email text, number_format text, credit_note_format text, fiscal_year_start text, rounding jsonb,
  zero_invoices text, tax_point text, credit_lines text, tax_registrations jsonb,
  unchecked_tax_ids text, closed_through jsonb, send_invoices text)
left join currency c on c.code = r.currency
left join pg_timezone_names zone on zone.name = r.time_zone
left join seller known on known.code = r.id
where l.object = 'seller';
