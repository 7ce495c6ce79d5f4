-- Checks sellers: one row a rule; a rule that meets a null holds.
insert into import_error (line, fault)
select bad.line, string_to_table(bad.faults, E'\n')
from (
  select r.line, concat_ws(E'\n',
    case when not (r.id <> '') then 'id|a text that is not empty' end,
    case when not pg_temp.import_is_country(r.country)
      then 'country|an ISO 3166 code of two capital letters' end,
    case when not (r.digits is not null) then 'currency|a lower-case ISO 4217 code' end,
    case when not (r.currency = known.currency)
      then 'currency|the currency that the seller has, which never changes' end,
    case when not (r.time_zone in (select zone.name from pg_timezone_names zone))
      then 'time_zone|an IANA time zone' end,
    case when regexp_replace(r.number_format, '{(year|month|seller)}', '', 'g')
        !~ '^[^{}]*{seq(:0[0-9]{1,2})?}[^{}]*$'
      then 'number_format|a text with {seq:06} once, and {year}, {month}, {seller}' end,
    case when regexp_replace(r.credit_note_format, '{(year|month|seller)}', '', 'g')
        !~ '^[^{}]*{seq(:0[0-9]{1,2})?}[^{}]*$'
      then 'credit_note_format|a text with {seq:06} once, and {year}, {month}, {seller}' end,
    case when not pg_temp.import_is_line(r.number_format)
      then 'number_format|a text of one line' end,
    case when not pg_temp.import_is_line(r.credit_note_format)
      then 'credit_note_format|a text of one line' end,
    case when not (r.credit_note_format <> r.number_format)
      then 'credit_note_format|another format than number_format' end,
    case when r.fiscal_year_start !~ '^(0[1-9]|1[0-2])-([0-2][0-9]|3[01])$'
        or r.fiscal_year_start is not null
        and pg_temp.import_day(to_jsonb('2001-' || r.fiscal_year_start), 'UTC') is null
      then 'fiscal_year_start|a day of every year like "04-01"' end,
    case when not (r.rounding_mode in ('half_up', 'half_even', 'up', 'down'))
      then 'rounding.mode|half_up, half_even, up or down' end,
    case when not (r.tax_rounding in ('group', 'line')) then 'rounding.tax|group or line' end,
    case when not (r.cash_increment > 0 and r.cash_increment <= 1000)
      then 'rounding.cash_increment|an amount above 0' end,
    case when not (scale(trim_scale(r.cash_increment)) <= r.digits)
      then 'rounding.cash_increment|no more digits than the currency has' end,
    case when jsonb_array_length(r.cash_methods) = 0
        or not r.cash_methods <@ '["card", "bank_account", "other"]'
      then 'rounding.cash_methods|some of card, bank_account and other' end,
    case when exists (
        select from jsonb_array_elements(r.tax_registrations) as t (code)
        where pg_temp.import_is_country(t.code #>> '{}') is not true)
      then 'tax_registrations|a list of ISO 3166 codes of two capital letters' end,
    case when not (r.unchecked_tax_ids in ('charge', 'hold'))
      then 'unchecked_tax_ids|charge or hold' end,
    case when not (r.zero_invoices in ('issue', 'suppress'))
      then 'zero_invoices|issue or suppress' end,
    case when not (r.tax_point in ('period_end', 'invoice_date', 'period_start'))
      then 'tax_point|period_end, invoice_date or period_start' end,
    case when not (r.credit_lines in ('net', 'separate')) then 'credit_lines|net or separate' end,
    case when not (r.send_invoices in ('never', 'on_post'))
      then 'send_invoices|never or on_post' end,
    case when not (not r.closes or r.closed_through is not null)
      then 'closed_through|a day ("2026-12-31") or a UNIX timestamp' end,
    case when not (not r.closes or r.closed_through >= known.closed_through)
      then 'closed_through|no earlier day than the books are closed through' end
  ) as faults
  from import_seller r
  left join seller known on known.seller_id = r.known
) bad
where bad.faults <> '';
