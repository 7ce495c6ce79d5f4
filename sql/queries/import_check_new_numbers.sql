-- Checks the numbers that new documents bring along: none that a format of the seller's gives
-- (RULES 2).
insert into import_error (line, fault)
select r.line, 'number|a number that the seller''s number_format never gives'
from import_invoice r
where r.number is not null and exists (
  select from seller s, lateral (
    select s.number_format as format
    union all select s.credit_note_format
    union all select f.format from number_series f
    where f.seller_id = s.seller_id and f.kind in ('invoice', 'credit_note')) f
  where s.seller_id = r.seller_id
    and r.number ~ pg_temp.import_number_pattern(f.format, s.code))
