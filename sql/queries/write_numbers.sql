-- Numbers documents in the order given, from a place of their series on.
-- $1 number_series_id bigint, $2 first place bigint, $3 invoice ids int8[], $4 prefix, $5 suffix
-- text, $6 width integer
insert into invoice_number (number_series_id, seq, seller_id, invoice_id, number)
select f.number_series_id, $2::bigint + a.place - 1, f.seller_id, a.invoice_id,
  $4::text || lpad(($2::bigint + a.place - 1)::text,
    greatest($6::integer, length(($2::bigint + a.place - 1)::text)), '0') || $5::text
from unnest($3::bigint[]) with ordinality as a (invoice_id, place)
join number_series f on f.number_series_id = $1
order by a.place
