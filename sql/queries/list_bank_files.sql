-- Files to banks, the newest first.
-- $1 bank_file_id bigint, $2 gateway text, $3 seller bigint, $4 state text: nulls for all; $5 limit
-- bigint.
-- Out: bank_file_id bigint, message_id, seller (its code), gateway, state text, as_of date,
-- debit_count integer, sum_minor bigint, sha256 text in hex, written_at, handed_over_at,
-- answered_at bigint in UNIX seconds (nulls for not yet).
-- Index: bank_file_pkey.
select f.bank_file_id, f.message_id, s.code as seller, f.gateway, f.state, f.as_of, f.debit_count,
  f.sum_minor, encode(f.sha256, 'hex') as sha256,
  floor(extract(epoch from f.written_at))::bigint as written_at,
  floor(extract(epoch from f.handed_over_at))::bigint as handed_over_at,
  floor(extract(epoch from f.answered_at))::bigint as answered_at
from bank_file f
join seller s on s.seller_id = f.seller_id
where ($1::bigint is null or f.bank_file_id = $1) and ($2::text is null or f.gateway = $2)
  and ($3::bigint is null or f.seller_id = $3) and ($4::text is null or f.state = $4)
order by f.bank_file_id desc
limit $5
