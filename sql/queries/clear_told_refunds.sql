-- Clears transfers of ours, and what else went out, that are refunds which the books have, with an
-- event: each refund is one transfer's. What is listed, or was cleared by a person, has used up
-- one, too. What may be something else besides, such as a return, stays listed.
-- $1 moment timestamptz, $2 os_user text.
-- Out, in order: entry_key text. Index: bank_entry_pkey, bank_entry_repaying_idx,
-- refund_payment_idx.
with told as materialized (
  select e.bank_entry_id, e.entry_key, e.amount_minor, e.repays,
    (t.family in ('ICDT', 'IRCT') or t.own_code ~ '\y11[68]\y') is true as is_own,
    row_number() over (partition by e.repays, e.amount_minor order by e.bank_entry_id) as turn
  from bank_item t
  join bank_entry e on e.entry_key = t.entry_key and e.cleared_at is null
    and e.repays is not null
  where t.kind = 'listed' and t.reason in ('refund_unknown', 'taken_back', 'return_unknown')
), refunded as materialized (
  select r.payment_id, r.amount_minor, count(*) - (
      select count(*)
      from bank_entry e
      where e.amount_minor = r.amount_minor and e.repays is not null
        and r.payment_id = any(e.repays)
        and e.bank_entry_id not in (select o.bank_entry_id from told o)) as unused
  from (select distinct unnest(o.repays) as payment_id, o.amount_minor from told o) o
  join refund r on r.payment_id = o.payment_id and r.amount_minor = o.amount_minor
    and r.state = 'approved'
  group by r.payment_id, r.amount_minor
), free as (
  select s.repays, s.amount_minor, f.payment_id, n,
    row_number() over (partition by s.repays, s.amount_minor order by f.payment_id, n) as turn
  from (select distinct o.repays, o.amount_minor from told o) s
  join refunded f on f.payment_id = any(s.repays) and f.amount_minor = s.amount_minor
  cross join generate_series(1, f.unused) n
), met as (
  select o.bank_entry_id, f.payment_id,
    row_number() over (partition by f.payment_id, f.amount_minor, f.n order by o.bank_entry_id)
      as place
  from told o
  join free f on f.repays = o.repays and f.amount_minor = o.amount_minor and f.turn = o.turn
  where o.is_own or not exists (
    select from unnest(o.repays) p
    where p not in (
      select k.payment_id from refunded k where k.amount_minor = o.amount_minor))
), cleared as (
  update bank_entry e
  set cleared_at = $1::timestamptz, cleared_by = $2, repays = array[m.payment_id],
    note = 'a refund of payment ' || m.payment_id
  from met m
  where e.bank_entry_id = m.bank_entry_id and m.place = 1
  returning e.bank_entry_id, e.entry_key, e.note
), noted as (
  insert into event (kind, subject_kind, subject_id, detail)
  select 'bank_entry_cleared', 'bank_entry', c.bank_entry_id,
    jsonb_build_object('entry', c.entry_key, 'payment', null, 'note', c.note, 'os_user', $2::text)
  from cleared c
)
select c.entry_key from cleared c order by c.entry_key
