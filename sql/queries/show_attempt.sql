-- An attempt, with the day on which it is looked at.
-- $1 attempt bigint, $2 moment timestamptz, $3 text: the gateway's id of a charge.
-- Out: seller_id bigint, state text, today date, number, currency text, amount bigint in minor
-- units, other bigint: another attempt at the gateway with that id, null for none; is_credited
-- boolean: a statement has its money, and no entry tells that any of it was taken back, or an open
-- credit of its block, or of it, is more than what else stands of the block; is_unwritten boolean:
-- it is a debit that is in no file to a bank.
-- Index: payment_attempt_pkey, bank_debit_pkey, bank_entry_open_idx.
select c.seller_id, a.state, ($2::timestamptz at time zone s.time_zone)::date as today,
  coalesce(n.number, i.invoice_id::text, a.gateway_ref) as number, a.currency::text as currency,
  a.amount_minor as amount,
  (select min(o.payment_attempt_id) from payment_attempt o
    where o.gateway = a.gateway and o.gateway_ref = $3
      and o.payment_attempt_id <> a.payment_attempt_id) as other,
  exists (
    select from bank_debit d
    join bank_block b on b.bank_file_id = d.bank_file_id and b.block = d.block
    where d.payment_attempt_id = a.payment_attempt_id and d.booked_on is not null
      and d.returned_on is null and not exists (
        select from bank_entry e
        where not e.is_credit and (bank_words(d.end_to_end_id) = e.words[2]
          or bank_contains(bank_words(e.reference), bank_words(d.end_to_end_id))
          or e.reference = b.payment_id or e.mandate = a.request -> 'debit' ->> 'mandate')))
    or exists (
      select from bank_debit d
      join bank_block b on b.bank_file_id = d.bank_file_id and b.block = d.block
      join bank_entry e on e.reason = 'block_differs' and e.is_credit and e.payment_id is null
        and e.cleared_at is null
      where d.payment_attempt_id = a.payment_attempt_id
        and case when bank_words(d.end_to_end_id) = e.words[2] then true
          when e.reference = b.payment_id and not exists (
            select from bank_debit o where bank_words(o.end_to_end_id) = e.words[2])
          then e.amount_minor > (
            select coalesce(sum(o.amount_minor), 0)
            from bank_debit o
            join payment_attempt p on p.payment_attempt_id = o.payment_attempt_id
            where o.bank_file_id = d.bank_file_id and o.block = d.block
              and o.payment_attempt_id <> d.payment_attempt_id and o.uncollected_on is null
              and (p.state <> 'declined' or p.returned_at is not null)) end)
    as is_credited,
  a.request ? 'debit' and not exists (
    select from bank_debit d where d.payment_attempt_id = a.payment_attempt_id) as is_unwritten
from payment_attempt a
left join invoice i on i.invoice_id = a.invoice_id
join payment_source p on p.payment_source_id = a.payment_source_id
join customer c on c.customer_id = p.customer_id
join seller s on s.seller_id = c.seller_id
left join invoice_number n on n.invoice_id = i.invoice_id
where a.payment_attempt_id = $1
