-- Lists credits of debits that the books have as declined, and no bank as returned, or that a
-- person took back since no money came: money came in that nobody collects by the books. One that
-- is credited alone is listed as it is. Of a block, what it has more than what was not rejected is:
-- debit by debit where it is all of it, else in one, since only the bank knows whose it is; the
-- rest of the block is collected.
-- Index: bank_debit_end_to_end_key, bank_block_payment_key, bank_debit_block_idx.
with debit as materialized (
  select t.place, t.amount_minor as told_minor, true as is_alone, d.end_to_end_id, d.amount_minor,
    d.payment_attempt_id
  from bank_item t
  join bank_debit d on d.end_to_end_id = t.end_to_end_id
  where t.kind = 'collected'
  union all
  select t.place, t.amount_minor, false, d.end_to_end_id, d.amount_minor, d.payment_attempt_id
  from bank_item t
  join bank_block b on b.payment_id = t.payment_ref
  join bank_debit d on d.bank_file_id = b.bank_file_id and d.block = b.block
  where t.kind = 'collected'
    and not exists (select from bank_debit o where o.end_to_end_id = t.end_to_end_id)
), listed_before as materialized (
  select split_part(e.reference, ' ', 1) as id
  from bank_entry e
  where e.reason = 'declined_collected'
), judged as materialized (
  select d.*, a.request -> 'debit' ->> 'debtor' as debtor,
    (a.state = 'declined' and a.returned_at is null or b.uncollected_on is not null)
      and b.returned_on is null and not exists (
        select from bank_item r where r.kind = 'return' and r.end_to_end_id = d.end_to_end_id)
      -- What came and went is not this one.
      or (a.state = 'declined' or b.uncollected_on is not null)
      and d.end_to_end_id in (select l.id from listed_before l) as is_declined
  from debit d
  join bank_debit b on b.payment_attempt_id = d.payment_attempt_id
  join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
), summed as materialized (
  select j.place, j.is_alone, count(*)::integer as count,
    count(*) filter (where j.is_declined) as declined,
    sum(j.amount_minor) filter (where j.is_declined) as declined_minor,
    min(j.end_to_end_id) filter (where j.is_declined) as first,
    j.told_minor - coalesce(sum(j.amount_minor) filter (where not j.is_declined), 0) as excess
  from judged j
  group by j.place, j.is_alone, j.told_minor
), parted as materialized (
  select s.place, s.count, case when s.excess = s.declined_minor then j.end_to_end_id end as id,
    case when s.excess = s.declined_minor then j.debtor end as debtor,
    case when s.excess = s.declined_minor then j.amount_minor else s.excess end as amount_minor
  from summed s
  join judged j on j.place = s.place and j.is_declined
  where not s.is_alone and s.excess > 0
    -- What nobody can tell apart is one.
    and (s.excess = s.declined_minor or j.end_to_end_id = s.first)
), listed as (
  insert into bank_item (place, statement, booking, detail_count, account, currency, is_credit,
    is_booked, booked_on, family, is_reversal, amount_minor, booking_minor, detail_minor,
    is_credit_booking, charges_minor, booking_charges_minor, end_to_end_id, payment_ref, bank_ref,
    booking_ref, payer, remittance, is_statement, digest, words, kind, reason)
  select (select max(o.place) from bank_item o) + row_number() over (order by p.place, p.id),
    t.statement, t.booking, p.count, t.account, t.currency, t.is_credit, t.is_booked,
    t.booked_on, t.family, false, p.amount_minor, t.booking_minor, t.detail_minor,
    t.is_credit_booking, 0, 0, p.id,
    t.payment_ref, t.bank_ref, t.booking_ref, p.debtor,
    case when p.id is null then t.payment_ref end, t.is_statement,
    md5(jsonb_build_array(t.is_credit, t.booked_on, t.currency, p.amount_minor, w.words)::text),
    w.words, 'listed', 'declined_collected'
  from parted p
  join bank_item t on t.place = p.place
  cross join lateral (
    select array[bank_words(p.debtor), bank_words(p.id),
      case when p.id is null then bank_words(t.payment_ref) end, null] as words) w
)
update bank_item t
set kind = case when s.is_alone then 'listed' else 'part' end,
  reason = case when s.is_alone then 'declined_collected' end,
  payer = case when s.is_alone then coalesce(t.payer, j.debtor) else t.payer end
from summed s
join judged j on j.place = s.place
where t.place = s.place and s.declined = s.count
