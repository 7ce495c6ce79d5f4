-- Gives documents the numbers that came with them, in a series that only counts them.
-- $1 kind of the series text: manual or legacy, $2 invoice ids int8[].
-- Index: number_series_format_key, invoice_request_pkey.
with wanted as (
  select q.invoice_id, q.seller_id, q.number,
    row_number() over (partition by q.seller_id order by a.place) as place
  from unnest($2::bigint[]) with ordinality as a (invoice_id, place)
  join invoice_request q on q.invoice_id = a.invoice_id
), series as (
  insert into number_series as f (seller_id, kind, format, next_seq)
  select w.seller_id, $1, '{number}', count(*) + 1
  from wanted w
  group by w.seller_id
  on conflict (seller_id, kind, format) do update set next_seq = f.next_seq + excluded.next_seq - 1
  returning number_series_id, seller_id, next_seq
)
insert into invoice_number (number_series_id, seq, seller_id, invoice_id, number)
select s.number_series_id,
  s.next_seq - count(*) over (partition by w.seller_id) + w.place - 1, w.seller_id, w.invoice_id,
  w.number
from wanted w
join series s on s.seller_id = w.seller_id
order by w.seller_id, w.place
