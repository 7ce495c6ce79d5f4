-- What an open entry is as a fee of the bank: whose, and at most how much. It is of the seller of
-- the debit that it names, else of the only one who collects by files. What is told later of
-- several returns is the fee of them all. What may be a return is none: what is as much as a debit
-- that it names by id or mandate, in its text or not, or, where it names none, as one that stands.
-- Of a return that was refused, what it is more than the debit is one, once that was taken back.
-- $1 bank_entry_id bigint, $2 most of one fee bigint in minor units.
-- Out: seller_id bigint, day date: the entry's, or the first of open books; most bigint,
-- payment_attempt_id bigint: the debit that it names, null for none; fee bigint: what is booked of
-- its return; amount bigint: the fee; is_booked boolean: as much of that return is booked, with it
-- or by another entry; one row, or none where it can be no fee.
-- Index: bank_entry_id_key, bank_file_pkey, payment_of_attempt_key, bank_entry_day_idx.
with entry as materialized (
  select e.bank_entry_id, e.booked_on, e.words[2] as id, e.reason, e.detail_count, e.mandate,
    e.amount_minor, bank_words(e.reference) as words, bank_parts(e.reference) as parts,
    starts_with(e.reason, 'return_refused') as is_refused
  from bank_entry e
  where e.bank_entry_id = $1 and not e.is_credit and e.payment_id is null
    and e.cleared_at is null and e.currency = 'EUR'
    and (e.reason in ('fee_later', 'returned_again', 'return_unknown')
      or starts_with(e.reason, 'return_refused'))
), debit as materialized (
  select d.payment_attempt_id, d.amount_minor, f.seller_id, coalesce(d.fee_minor, r.fee, 0)::bigint
    as fee, r.is_returned
  from entry e
  join bank_debit d on bank_words(d.end_to_end_id) = e.id
  join bank_file f on f.bank_file_id = d.bank_file_id
  cross join lateral (
    select sum(r.fee_minor) as fee, coalesce(bool_or(r.state = 'returned'), false) as is_returned
    from payment_return r
    join payment p on p.payment_id = r.payment_id
    where p.payment_attempt_id = d.payment_attempt_id) r
), named as materialized (
  select min(d.amount_minor) as amount_minor
  from entry e
  cross join bank_debit d
  join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
  cross join lateral (select a.request -> 'debit' ->> 'mandate' as mandate) m
  where bank_words(d.end_to_end_id) = e.id or bank_contains(e.words, bank_words(d.end_to_end_id))
    or strpos(e.parts, bank_parts(d.end_to_end_id)) > 0 or m.mandate = e.mandate
    or bank_contains(e.words, bank_words(m.mandate)) or strpos(e.parts, bank_parts(m.mandate)) > 0
), owner as (
  select coalesce((select d.seller_id from debit d), (
    select min(f.seller_id) from bank_file f having min(f.seller_id) = max(f.seller_id)))
    as seller_id
)
select s.seller_id, greatest(e.booked_on, s.closed_through + 1) as day,
  case when e.reason = 'fee_later' and e.detail_count > 1 then $2::bigint * e.detail_count
    when e.is_refused or e.reason = 'fee_later' then least($2::bigint, d.amount_minor)
    else least($2::bigint, coalesce((select n.amount_minor from named n), (
        select min(o.amount_minor) from bank_debit o
        join payment_attempt a on a.payment_attempt_id = o.payment_attempt_id
        where a.state in ('pending', 'approved'))) - 1) end as most,
  d.payment_attempt_id, coalesce(d.fee, 0) as fee, m.amount,
  coalesce(e.reason in ('fee_later', 'returned_again') and e.detail_count <= 1 and exists (
      select from bank_entry o
      join event v on v.kind = 'bank_entry_cleared' and v.subject_kind = 'bank_entry'
        and v.subject_id = o.bank_entry_id and v.detail ? 'fee'
      where o.words[2] = e.id and o.amount_minor = e.amount_minor
        and o.reason <> e.reason)
    or e.reason <> 'fee_later' and d.fee = m.amount, false) as is_booked
from entry e
join owner o on true
join seller s on s.seller_id = o.seller_id
left join debit d on true
cross join lateral (
  select case when e.is_refused then e.amount_minor - d.amount_minor else e.amount_minor end
    as amount) m
where not e.is_refused or d.is_returned and m.amount > 0
