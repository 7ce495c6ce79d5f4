-- Gives credits that name a debit of ours by other means than the field the end-to-end id of it: by
-- that id in a text, whole or without dashes, or by a mandate of ours, where one debit alone has it
-- and the amount, was collected by then and is not credited yet, or was on that day. Others that
-- name debits, a mandate or a creditor id of ours are marked: they are nobody's transfer. What a
-- German bank codes as a collection of direct debits is of that family.
-- $1 our creditor ids text[].
-- Index: bank_debit_end_to_end_key, payment_source_mandate_idx, payment_attempt_source_idx,
-- bank_debit_pkey, bank_block_pkey.
with own as materialized (
  select left(b.uuid::text, 8) as book from book b
), credit as materialized (
  select t.place, t.amount_minor, t.booked_on, m.mandate,
    lower(concat_ws(' ', t.end_to_end_id, t.said)) as words,
    coalesce(strpos(bank_words(concat_ws(' ', t.end_to_end_id, t.said)), y.book) > 0, false)
      as is_of_book,
    exists (
      select from payment_source s where s.mandate is not null and s.mandate ->> 'id' = m.mandate)
      as is_mandate,
    exists (
      select from unnest($1::text[]) as o (creditor)
      where strpos(bank_words(t.said), 'cred' || o.creditor) > 0) as is_creditor
  from bank_item t
  cross join own y
  cross join lateral (
    select coalesce(t.mandate, substring(t.said, 'MREF[+:] ?([^ ]+)')) as mandate) m
  where t.is_credit and not exists (
    select from bank_debit d where d.end_to_end_id = t.end_to_end_id)
), named as materialized (
  select c.place, min(d.end_to_end_id) as id
  from credit c
  cross join own y
  cross join lateral regexp_matches(
    c.words, y.book || '(?:-[0-9]+-[0-9]+|[0-9]{2,40}(?![0-9a-z]))', 'g') as r (found)
  cross join lateral (
    select r.found[1] as id
    union all
    -- Without dashes, they may be anywhere.
    select concat_ws('-', y.book, left(n.digits, k), substr(n.digits, k + 1))
    from (select substr(r.found[1], 9) as digits where r.found[1] !~ '-') n
    cross join generate_series(1, length(n.digits) - 1) k) w
  join bank_debit d on d.end_to_end_id = w.id
  where c.is_of_book
  group by c.place
  having count(distinct d.end_to_end_id) = 1
), fitting as materialized (
  select c.place, min(d.end_to_end_id) as id
  from credit c
  join payment_source s on s.mandate is not null and s.mandate ->> 'id' = c.mandate
  join payment_attempt a on a.payment_source_id = s.payment_source_id
    and a.request -> 'debit' ->> 'mandate' = c.mandate
  join bank_debit d on d.payment_attempt_id = a.payment_attempt_id
    and d.amount_minor = c.amount_minor
    and (d.booked_on = c.booked_on or d.booked_on is null and d.uncollected_on is null
      and a.state in ('pending', 'approved'))
  join bank_block b on b.bank_file_id = d.bank_file_id and b.block = d.block
    and b.collected_on <= c.booked_on
  where c.is_mandate and not c.is_of_book
  group by c.place
  having count(*) = 1
)
update bank_item t
set end_to_end_id = coalesce(n.id, f.id, t.end_to_end_id), mandate = c.mandate,
  names_debit = coalesce(n.id, f.id) is null and (c.is_of_book or c.is_mandate or c.is_creditor),
  remittance = coalesce(t.remittance, case when c.is_of_book then t.said end),
  family = coalesce(t.family, case when t.own_code ~ '\y(171|174|192|196)\y' then 'IDDT' end)
from credit c
left join named n on n.place = c.place
left join fitting f on f.place = c.place
where t.place = c.place
