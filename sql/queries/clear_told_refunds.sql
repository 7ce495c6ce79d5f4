-- Clears transfers of ours that are refunds of debits and that the books have, each refund for one
-- transfer, with an event. What a person has cleared has used up one, too.
-- $1 moment timestamptz, $2 os_user text.
-- Out, in order: entry_key text. Index: bank_entry_pkey, bank_debit_end_to_end_key,
-- payment_of_attempt_key, refund_payment_idx.
with told as materialized (
  select e.bank_entry_id, e.words[2] as id, e.amount_minor, p.payment_id,
    row_number() over (partition by e.words[2], e.amount_minor order by e.bank_entry_id) as turn
  from bank_item t
  join bank_entry e on e.entry_key = t.entry_key and e.cleared_at is null
  join bank_debit d on d.end_to_end_id = t.end_to_end_id
  join payment p on p.payment_attempt_id = d.payment_attempt_id
  where t.kind = 'listed' and t.reason = 'refund_unknown'
), used as materialized (
  select e.words[2] as id, e.amount_minor, count(*) as count
  from bank_entry e
  where e.reason = 'refund_unknown' and e.cleared_at is not null
    and e.words[2] in (select o.id from told o)
  group by e.words[2], e.amount_minor
), cleared as (
  update bank_entry e
  set cleared_at = $1::timestamptz, cleared_by = $2, note = 'a refund of payment ' || o.payment_id
  from told o
  left join used u on u.id = o.id and u.amount_minor = o.amount_minor
  where e.bank_entry_id = o.bank_entry_id and o.turn + coalesce(u.count, 0) <= (
    select count(*) from refund r
    where r.payment_id = o.payment_id and r.state = 'approved'
      and r.amount_minor = o.amount_minor)
  returning e.bank_entry_id, e.entry_key, e.note
), noted as (
  insert into event (kind, subject_kind, subject_id, detail)
  select 'bank_entry_cleared', 'bank_entry', c.bank_entry_id,
    jsonb_build_object('entry', c.entry_key, 'payment', null, 'note', c.note, 'os_user', $2::text)
  from cleared c
)
select c.entry_key from cleared c order by c.entry_key
