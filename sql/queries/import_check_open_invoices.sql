-- Checks invoices of a former system: those that are open bring their numbers, since only posting
-- draws one; and a number is none that a format of the seller's gives, but for those before the
-- first one of a series that goes on from there.
insert into import_error (line, fault)
select r.line, 'number|a number, since it is not a draft'
from import_invoice r
where r.number is null and not r.draft
union all
select r.line, 'number|a number that the seller''s number_format never gives'
from import_invoice r
join seller s on s.seller_id = r.seller_id
cross join lateral (
  select bool_and(pg_temp.import_number_seq(r.number, f.format) < f.first_seq) as is_before
  from number_series f
  where f.seller_id = s.seller_id and f.kind in ('invoice', 'credit_note')
    and r.number ~ pg_temp.import_number_pattern(f.format, s.code)) series
where case when series.is_before is null
    then r.number ~ pg_temp.import_number_pattern(s.number_format, s.code)
      or r.number ~ pg_temp.import_number_pattern(s.credit_note_format, s.code)
    else r.draft or not series.is_before end
