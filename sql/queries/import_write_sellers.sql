-- Makes and updates sellers. Out: created bigint, updated bigint, unchanged bigint.
with good as (
  select r.line, r.id, r.known, r.name, r.country, r.currency, r.time_zone, r.address, r.tax_id,
         r.email, r.number_format, r.credit_note_format, r.fiscal_year_start, r.rounding_mode,
         r.tax_rounding, (r.cash_increment * 10::numeric ^ r.digits)::bigint
           as cash_increment_minor,
         array(select jsonb_array_elements_text(r.cash_methods)) as cash_methods,
         r.zero_invoices, r.tax_point, r.credit_lines,
         array(select jsonb_array_elements_text(r.tax_registrations)) as tax_registrations,
         r.unchecked_tax_ids, r.closed_through, r.send_invoices
  from import_seller r
  where not exists (select from import_error e where e.line = r.line)
), created as (
  insert into seller (
    code, name, country, currency, time_zone, address, tax_id, email, number_format,
      credit_note_format, fiscal_year_start,
    rounding_mode, tax_rounding, cash_increment_minor, cash_methods, zero_invoices, tax_point,
    credit_lines, tax_registrations, unchecked_tax_ids, closed_through, send_invoices)
  select id, name, country, currency, time_zone, address, tax_id, email, number_format,
         credit_note_format, fiscal_year_start,
         rounding_mode, tax_rounding, cash_increment_minor, cash_methods, zero_invoices, tax_point,
         credit_lines, tax_registrations, unchecked_tax_ids, closed_through, send_invoices
  from good
  where known is null
  order by line
  returning 1
), updated as (
  update seller s
  set name = g.name, country = g.country, time_zone = g.time_zone, address = g.address,
      tax_id = g.tax_id, email = g.email,
      number_format = g.number_format, credit_note_format = g.credit_note_format,
        fiscal_year_start = g.fiscal_year_start,
      rounding_mode = g.rounding_mode, tax_rounding = g.tax_rounding,
      cash_increment_minor = g.cash_increment_minor, cash_methods = g.cash_methods,
      tax_registrations = g.tax_registrations, unchecked_tax_ids = g.unchecked_tax_ids,
      zero_invoices = g.zero_invoices, tax_point = g.tax_point, credit_lines = g.credit_lines,
      closed_through = coalesce(g.closed_through, s.closed_through),
      send_invoices = g.send_invoices
  from good g
  where s.seller_id = g.known
    and (s.name, s.country, s.time_zone, s.address, s.tax_id, s.email, s.number_format,
         s.credit_note_format, s.fiscal_year_start, s.rounding_mode, s.tax_rounding,
         s.cash_increment_minor, s.cash_methods, s.zero_invoices, s.tax_point, s.credit_lines,
         s.tax_registrations, s.unchecked_tax_ids, s.closed_through, s.send_invoices)
      is distinct from
        (g.name, g.country, g.time_zone, g.address, g.tax_id, g.email, g.number_format,
         g.credit_note_format, g.fiscal_year_start, g.rounding_mode, g.tax_rounding,
         g.cash_increment_minor, g.cash_methods, g.zero_invoices, g.tax_point, g.credit_lines,
         g.tax_registrations, g.unchecked_tax_ids, coalesce(g.closed_through, s.closed_through),
         g.send_invoices)
  returning 1
)
select (select count(*) from created) as created, (select count(*) from updated) as updated,
       (select count(*) from good) - (select count(*) from created) - (select count(*)
         from updated) as unchanged;
