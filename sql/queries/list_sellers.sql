-- Every seller, or the one named, with what billing reads of it.
-- $1 code text, null for all
-- Columns as selected, in order of seller_id. Index: seller_code_key.
select seller_id, code, currency, rounding_mode, tax_rounding, tax_point, zero_invoices,
       revenue_recognition, party_version, time_zone, number_format, credit_note_format,
       fiscal_year_start, cash_increment_minor, closed_through, credit_lines, cash_methods,
       country, tax_registrations, unchecked_tax_ids, recognised_through,
       send_invoices
from seller
where $1::text is null or code = $1
order by seller_id
