-- What an open entry is as a fee of the bank: whose, and at most how much. It is of the seller of
-- the debit that it names, else of the only one who collects by files. What is told later of
-- several returns is the fee of them all.
-- $1 bank_entry_id bigint, $2 most of one fee bigint in minor units.
-- Out: seller_id bigint, day date: the entry's, or the first of open books; most bigint,
-- payment_attempt_id bigint: the debit that it names, null for none; fee bigint: what is booked of
-- its return; one row, or none where it can be no fee.
-- Index: bank_entry_id_key, bank_file_pkey, payment_of_attempt_key.
with entry as materialized (
  select e.booked_on, e.words[2] as id, e.reason, e.detail_count
  from bank_entry e
  where e.bank_entry_id = $1 and not e.is_credit and e.payment_id is null
    and e.cleared_at is null and e.currency = 'EUR'
    and e.reason in ('fee_later', 'returned_again', 'return_unknown')
), debit as materialized (
  select d.payment_attempt_id, d.amount_minor, f.seller_id, coalesce(d.fee_minor, (
      select sum(r.fee_minor) from payment_return r
      join payment p on p.payment_id = r.payment_id
      where p.payment_attempt_id = d.payment_attempt_id), 0)::bigint as fee
  from entry e
  join bank_debit d on bank_words(d.end_to_end_id) = e.id
  join bank_file f on f.bank_file_id = d.bank_file_id
), owner as (
  select coalesce((select d.seller_id from debit d), (
    select min(f.seller_id) from bank_file f having min(f.seller_id) = max(f.seller_id)))
    as seller_id
)
select s.seller_id, greatest(e.booked_on, s.closed_through + 1) as day,
  case when e.reason = 'fee_later' and e.detail_count > 1 then $2::bigint * e.detail_count
    else least($2::bigint, d.amount_minor) end as most,
  d.payment_attempt_id, d.fee
from entry e
join owner o on true
join seller s on s.seller_id = o.seller_id
left join debit d on true
