-- Takes the next numbers of a series, and numbers documents with them in the order given; whoever
-- holds the row is the last to write before the commit (RULES 2).
-- $1 number_series_id bigint, $2 invoice date date, $3 invoice ids int8[], $4 prefix, $5 suffix
-- text, $6 width integer
-- Changes no row when the series already has a later date.
with taken as (
  update number_series
  set next_seq = next_seq + cardinality($3::bigint[]), last_date = $2::date
  where number_series_id = $1 and (last_date is null or last_date <= $2::date)
  returning number_series_id, seller_id, next_seq - cardinality($3::bigint[]) as first_seq
)
insert into invoice_number (number_series_id, seq, seller_id, invoice_id, number)
select t.number_series_id, t.first_seq + a.place - 1, t.seller_id, a.invoice_id,
  $4::text || lpad((t.first_seq + a.place - 1)::text,
    greatest($6::integer, length((t.first_seq + a.place - 1)::text)), '0') || $5::text
from taken t
cross join unnest($3::bigint[]) with ordinality as a (invoice_id, place)
order by a.place
