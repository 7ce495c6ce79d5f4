-- Debits without a return that are final by now: of files that the bank has. One is held where an
-- open entry of money that went out, or of what the bank rejects since it has it already, speaks
-- against it: by its end-to-end id, also in a text, by its block, or, since the day of its
-- collection, by its mandate or its invoice's number alone; and where an open credit of its block,
-- or of it, has another amount. One is uncredited where the bank has credited others of its block,
-- one by one or as a sum, and not it.
-- $1 seller bigint, $2 today date, $3 limit bigint, $4 text: which of them, final, held or
-- uncredited. Out, in order: payment_attempt_id bigint.
-- Index: payment_attempt_live_key, bank_debit_pkey, bank_debit_block_idx, bank_block_pkey,
-- bank_entry_open_idx.
with against as materialized (
  select e.words[2] as id, e.reference, e.mandate, e.reason, e.booked_on, e.is_credit
  from bank_entry e
  where e.payment_id is null and e.cleared_at is null
    and case when e.is_credit then e.reason = 'block_differs'
      else e.reason is distinct from 'superseded' end
), texts as materialized (
  -- What stands in their texts: as one word, since a line end may be within, and by its parts.
  select bank_words(g.reference) as words, bank_parts(g.reference) as parts, g.booked_on,
    g.reason in ('return_unknown', 'details_missing') as is_of_mandate
  from against g
  where not g.is_credit and g.reference is not null
), named as materialized (
  select t.words, t.parts
  from texts t
  where strpos(t.words, (select left(b.uuid::text, 8) from book b)) > 0
), mandate as materialized (
  select g.mandate, max(g.booked_on) as booked_on
  from against g
  where g.mandate is not null and g.reason in ('return_unknown', 'details_missing')
  group by g.mandate
)
select a.payment_attempt_id
from bank_block b
join bank_file f on f.bank_file_id = b.bank_file_id and f.seller_id = $1
  and f.state in ('handed_over', 'acknowledged')
join bank_debit d on d.bank_file_id = b.bank_file_id and d.block = b.block
join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id and a.state = 'pending'
cross join lateral (
  select bank_words(d.end_to_end_id) as id, bank_parts(d.end_to_end_id) as id_parts,
    bank_words(a.request -> 'debit' ->> 'mandate') as mandate,
    bank_words(a.request ->> 'invoice') as number,
    bank_parts(a.request -> 'debit' ->> 'mandate') as mandate_parts) w
left join mandate m on m.mandate = a.request -> 'debit' ->> 'mandate'
  and m.booked_on >= b.collected_on
where b.final_on <= $2
  and case
      when m.mandate is not null
        or b.payment_id in (
          select g.reference from against g
          where g.reason in ('details_missing', 'sent_twice') and g.reference is not null)
        or w.id in (select g.id from against g where g.id is not null)
        or exists (
          select from named t where bank_contains(t.words, w.id) or strpos(t.parts, w.id_parts) > 0)
        or exists (
          select from texts t
          where t.is_of_mandate and t.booked_on >= b.collected_on
            and (bank_contains(t.words, w.mandate) or strpos(t.parts, w.mandate_parts) > 0
              or bank_contains(t.words, w.number)))
        or exists (
          -- What names a debit of the block is that one's.
          select from against g
          where g.is_credit and g.reference = b.payment_id and not exists (
            select from bank_debit o
            where o.bank_file_id = b.bank_file_id and o.block = b.block
              and bank_words(o.end_to_end_id) = g.id))
        then 'held'
      when d.booked_on is null and exists (
        select from bank_debit o
        where o.bank_file_id = d.bank_file_id and o.block = d.block and o.booked_on is not null)
        then 'uncredited'
      else 'final' end = $4
order by a.payment_attempt_id
limit $3
