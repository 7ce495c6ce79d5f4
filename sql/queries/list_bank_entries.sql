-- What statements told of and was kept: transfers, and what could not be taken as it was; the
-- newest first.
-- $1 bank_entry_id bigint, null for all; $2 boolean: only what waits for a person; $3 limit bigint.
-- Out: bank_entry_id bigint, entry_key, account text (its last four places), is_credit boolean,
-- booked_on date, currency text, amount bigint in minor units, payer, text text, payment_id bigint
-- (null for none), reason text (null where it became a payment), state text (paid, open, cleared,
-- superseded), cleared_at bigint in UNIX seconds, cleared_by, note text (nulls for not cleared).
-- Index: bank_entry_id_key, bank_entry_open_idx.
select e.bank_entry_id, e.entry_key, e.account, e.is_credit, e.booked_on, e.currency,
  e.amount_minor as amount, e.payer, e.reference as text, e.payment_id, e.reason,
  case when e.cleared_at is not null then 'cleared' when e.payment_id is not null then 'paid'
    when e.reason = 'superseded' then 'superseded' else 'open' end as state,
  floor(extract(epoch from e.cleared_at))::bigint as cleared_at, e.cleared_by, e.note
from bank_entry e
where ($1::bigint is null or e.bank_entry_id = $1)
  and (not $2::boolean or e.payment_id is null and e.cleared_at is null
    and e.reason is distinct from 'superseded')
order by e.bank_entry_id desc
limit $3
