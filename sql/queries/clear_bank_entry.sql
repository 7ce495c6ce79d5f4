-- Notes what a person did about a kept entry that is open, with an event.
-- $1 bank_entry_id bigint, $2 payment_id bigint (null for none), $3 note text, $4 os_user text, $5
-- moment timestamptz, $6 boolean: it is booked as the bank's fee.
-- Out: bank_entry_id bigint; no row where the entry is not open, or the payment is another one: not
-- of its amount or not in euros as the entry, or an entry's already, or of a debit that the bank
-- has booked. Index: bank_entry_id_key, payment_pkey, bank_entry_payment_key, bank_debit_pkey.
with cleared as (
  update bank_entry e
  set payment_id = $2, note = $3, cleared_by = $4, cleared_at = $5::timestamptz
  where e.bank_entry_id = $1 and e.payment_id is null and e.cleared_at is null
    and e.reason is distinct from 'superseded'
    and ($2::bigint is null or exists (
      select from payment p
      where p.payment_id = $2 and e.is_credit and p.amount_minor = e.amount_minor
        and p.currency = 'eur' and e.currency = 'EUR'
        and not exists (select from bank_entry o where o.payment_id = p.payment_id)
        and not exists (
          select from bank_debit d
          where d.payment_attempt_id = p.payment_attempt_id and d.booked_on is not null)))
  returning e.bank_entry_id, e.entry_key
), noted as (
  insert into event (kind, subject_kind, subject_id, detail)
  select 'bank_entry_cleared', 'bank_entry', c.bank_entry_id,
    jsonb_build_object('entry', c.entry_key, 'payment', $2::bigint, 'note', $3::text,
      'os_user', $4::text) || case when $6::boolean then '{"fee": true}' else '{}' end::jsonb
  from cleared c
)
select c.bank_entry_id from cleared c
