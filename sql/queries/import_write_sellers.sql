-- Makes and updates sellers. Out: created bigint, updated bigint, unchanged bigint.
with good as (
  select r.*, (r.cash_increment * 10::numeric ^ r.digits)::bigint as cash_increment_minor
  from import_seller r
  where not exists (select from import_error e where e.line = r.line)
), created as (
  insert into seller (
    code, name, country, currency, time_zone, address, tax_id, email, number_format,
      credit_note_format, fiscal_year_start,
    rounding_mode, tax_rounding, cash_increment_minor, zero_invoices, tax_point, credit_lines,
      closed_through)
  select id, name, country, currency, time_zone, address, tax_id, email, number_format,
         credit_note_format, fiscal_year_start,
         rounding_mode, tax_rounding, cash_increment_minor, zero_invoices, tax_point, credit_lines,
           closed_through
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
        cash_increment_minor = g.cash_increment_minor,
      zero_invoices = g.zero_invoices, tax_point = g.tax_point, credit_lines = g.credit_lines,
      closed_through = coalesce(g.closed_through, s.closed_through)
  from good g
  where s.seller_id = g.known
    and (s.name, s.country, s.time_zone, s.address, s.tax_id, s.email, s.number_format,
      s.credit_note_format,
         s.fiscal_year_start, s.rounding_mode, s.tax_rounding, s.cash_increment_minor,
           s.zero_invoices, s.tax_point,
         s.credit_lines, s.closed_through)
      is distinct from
        (g.name, g.country, g.time_zone, g.address, g.tax_id, g.email, g.number_format,
          g.credit_note_format,
         g.fiscal_year_start, g.rounding_mode, g.tax_rounding, g.cash_increment_minor,
           g.zero_invoices, g.tax_point,
         g.credit_lines, coalesce(g.closed_through, s.closed_through))
  returning 1
)
select (select count(*) from created) as created, (select count(*) from updated) as updated,
       (select count(*) from good) - (select count(*) from created) - (select count(*)
         from updated) as unchanged;
