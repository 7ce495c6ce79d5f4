-- Says what each transaction of a camt message is: return (of a debit of ours), collected (debits
-- that the bank booked), transfer, or other; listed where it is one that cannot be taken, with the
-- reason. A credit whose transactions do not come to its amount is one, and not taken in parts. A
-- sum of debits, or of their returns, that does not say of which is listed, too, and so is a debit
-- of a whole block, a return of what no file of these books has, by its reason, its end-to-end id
-- or a mandate of ours, by the bank's code or by its text, and whatever takes another booking back
-- but a return of one debit of ours: so does money that we sent and that comes in again. A transfer
-- that we sent with the end-to-end id of a debit is its refund, and listed until
-- clear_told_refunds.sql finds it. A debit whose text has several end-to-end ids is a sum.
-- A return with the id of a debit and the mandate or the account of another customer is listed, and
-- so is a received transfer with the id of a debit: a customer may have copied it. So is what names
-- debits of ours otherwise, as name_credited_debits.sql finds.
-- What comes from an account of ours is our own money, and listed. What of a booking with a return
-- of ours names no debit is listed, too: mostly the bank's fee. Any other money that went out, and
-- that may be a return or a transfer taken back, doubt_bank_outflows.sql finds.
-- $1 moment timestamptz, $2 our accounts text[].
-- Index: bank_debit_end_to_end_key, bank_block_payment_key, bank_debit_block_idx,
-- payment_source_mandate_idx.
with today (day, book, whole) as materialized (
  select max(($1::timestamptz at time zone s.time_zone)::date),
    -- How debits and files of these books are called, however it is cut.
    (select left(b.uuid::text, 8) from book b),
    (select left(b.uuid::text, 8) || '-[0-9]+-[0-9]+' from book b)
  from seller s
), returned as materialized (
  select distinct t.booking
  from bank_item t
  join bank_debit d on d.end_to_end_id = t.end_to_end_id
  where not t.is_credit and (t.family in ('ICDT', 'IRCT') or t.own_code ~ '\y11[68]\y') is not true
), other_account as materialized (
  -- Where a return names another account than its debit's.
  select distinct t.payer_account as account
  from bank_item t
  join bank_debit d on d.end_to_end_id = t.end_to_end_id
  join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
  where not t.is_credit and t.payer_account <> all($2::text[])
    and t.payer_account <> replace(a.request ->> 'token', ' ', '')
), other_payer as materialized (
  select o.account, s.customer_id
  from payment_source s
  join other_account o on o.account = replace(s.token, ' ', '')
  where s.mandate is not null and (select exists (select from other_account))
), told as (
  select t.place, d.payment_attempt_id is not null as is_debit,
    r.booking is not null and not t.is_credit as is_beside,
    case
      when t.currency is distinct from 'EUR' then 'currency_not_eur'
      when t.detail_minor is distinct from t.booking_minor then 'details_differ'
    end as booking_fault,
    case when d.payment_attempt_id is not null then t.amount_minor = d.amount_minor
      when b.payment_id is not null then t.amount_minor between (
          select coalesce(sum(o.amount_minor), 0) from bank_debit o
          join payment_attempt a on a.payment_attempt_id = o.payment_attempt_id
          where o.bank_file_id = b.bank_file_id and o.block = b.block and a.state <> 'declined'
            and o.uncollected_on is null)
        and b.sum_minor
    end as is_whole,
    -- Debits of ours, or some of them back: which ones, only the bank knows.
    r.booking is null and t.end_to_end_id is null and t.payment_ref is null
        and t.return_reason is null
        and (t.family = 'IDDT' or t.family is null and t.detail_count = 0 and t.batch_count > 1)
      or b.payment_id is not null and d.payment_attempt_id is null and not t.is_credit
      -- A text with a whole one that is not taken names several.
      or not t.is_credit and t.end_to_end_id is null and t.remittance ~ y.whole
      as is_untold,
    t.is_reversal or t.sub_family in ('RRTN', 'RPCR') or t.is_credit and (
      t.return_reason is not null or t.family in ('ICDT', 'IRCT') or t.own_code ~ '\y159\y'
      or bank_words(t.remittance) ~ 'rueckueberweisung') as is_back,
    -- Debits and checks that come back, by ISO 20022, by codes of German banks or by their text.
    not t.is_credit and coalesce(t.return_reason is not null or t.family in ('IDDT', 'RCHQ')
      or t.sub_family in ('UPDD', 'PRDD', 'RCDD', 'UPCQ', 'CQRV') or t.own_code ~ '\y10[89]\y'
      or bank_words(t.remittance) ~ 'rueckl(ast|s)|unpaiddirectdebit|returneddirectdebit',
      false) as is_return,
    not t.is_credit and not t.is_reversal
      and coalesce(t.family in ('ICDT', 'IRCT') or t.own_code ~ '\y11[68]\y', false) as is_sent,
    -- What a customer transfers may bear the id of a debit, too.
    d.uncollected_on is null and a.state <> 'declined' and b.payment_id is null
      and coalesce(t.family in ('RCDT', 'RRCT') or t.own_code ~ '\y16[68]\y', false)
      as is_received,
    coalesce(t.mandate <> a.request -> 'debit' ->> 'mandate' and exists (
        select from payment_source s
        where s.mandate ->> 'id' = t.mandate and s.customer_id <> p.customer_id)
      or t.payer_account <> replace(a.request ->> 'token', ' ', '') and exists (
        select from other_payer o
        where o.account = t.payer_account and o.customer_id <> p.customer_id), false) as is_of_two
  from bank_item t
  left join bank_debit d on d.end_to_end_id = t.end_to_end_id
  left join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
  left join payment_source p on p.payment_source_id = a.payment_source_id
  left join bank_block b on b.payment_id = t.payment_ref
  left join returned r on r.booking = t.booking
  cross join today y
), sorted as (
  select t.place, case
      when not t.is_booked or t.amount_minor = 0 then 'other'
      -- Of nothing, but where it has what came in and went out, which come to nothing.
      when t.booking_minor = 0 and (t.detail_minor = 0 and t.currency = 'EUR') is not true
        then 'other'
      when t.is_credit_booking and o.booking_fault is not null then
        case when t.place = min(t.place) over (partition by t.booking) then 'listed'
          else 'part' end
      when o.is_debit and o.is_sent and not o.is_return then 'refund'
      when o.is_debit and not t.is_credit and o.is_of_two then 'of two'
      when o.is_debit and not t.is_credit then
        case when o.booking_fault = 'currency_not_eur' then 'listed'
          when t.booked_on > y.day then 'early'
          else 'return' end
      when t.is_credit and o.is_back and o.is_whole is not null then 'back'
      when t.is_credit and o.is_debit and o.is_received then 'received'
      when t.is_credit and o.is_whole is not null then
        case when t.booked_on > y.day then 'early' when o.is_whole then 'collected'
          else 'listed' end
      when t.names_debit then case when o.is_back then 'back' else 'received' end
      when o.is_untold then 'listed'
      when not t.is_credit and (o.is_return or o.is_beside or not o.is_sent
            and strpos(bank_words(concat_ws(' ', t.end_to_end_id, t.remittance)), y.book) > 0
          or exists (select from payment_source s
            where s.mandate is not null and s.mandate ->> 'id' = t.mandate)) then
        -- What the bank does not say the amount of is listed as its booking, once.
        case when t.amount_minor is null and t.place <> min(t.place)
            filter (where t.amount_minor is null and not o.is_debit) over (partition by t.booking)
          then 'part' else 'unknown' end
      when o.is_back then 'back'
      when t.is_credit and not t.is_reversal and t.return_reason is null then
        case when t.payer_account = any($2::text[]) then 'own' else 'transfer' end
      else 'other' end as kind,
    t.is_credit_booking and o.booking_fault is not null as is_sum, o.booking_fault, o.is_whole,
    o.is_untold, y.day as today
  from bank_item t
  join told o on o.place = t.place
  cross join today y
)
update bank_item t
set kind = case when s.kind in ('back', 'own', 'unknown', 'refund', 'received', 'of two')
    then 'listed' else s.kind end,
  reason = case when s.kind = 'early' then 'date_to_come'
    when s.kind = 'back' then 'taken_back'
    when s.kind = 'own' then 'own_account'
    when s.kind = 'refund' then 'refund_unknown'
    when s.kind = 'unknown' then 'return_unknown'
    when s.kind = 'received' then 'names_debit'
    when s.kind = 'of two' then 'names_two_debits'
    when s.kind <> 'listed' then null
    when s.is_sum then s.booking_fault
    when s.booking_fault = 'currency_not_eur' then s.booking_fault
    when s.is_untold then 'details_missing'
    else 'block_differs' end,
  amount_minor = case when s.is_sum then t.booking_minor
    when s.kind in ('unknown', 'of two') then coalesce(t.amount_minor, t.booking_minor)
    else t.amount_minor end,
  repays = case when s.kind = 'refund' then (
      select array_agg(p.payment_id)
      from bank_debit d
      join payment p on p.payment_attempt_id = d.payment_attempt_id
      where d.end_to_end_id = o.end_to_end_id) end,
  detail_count = case when s.is_sum then 0 else t.detail_count end,
  bank_ref = case when s.is_sum then t.booking_ref else t.bank_ref end,
  payer = case when s.is_sum and t.detail_count > 1 then null else t.payer end,
  end_to_end_id = case when s.is_sum and t.detail_count > 1 then null else t.end_to_end_id end,
  remittance = case when s.is_sum and t.detail_count > 1 then null else t.remittance end,
  words = w.words,
  digest = md5(jsonb_build_array(t.is_credit, t.booked_on, t.currency,
    case when s.is_sum then t.booking_minor else t.amount_minor end, w.words)::text)
from sorted s
join bank_item o on o.place = s.place
cross join lateral (
  select case when s.is_sum and o.detail_count > 1 then array[null, null, null, null]::text[]
    else array[bank_words(o.payer), bank_words(o.end_to_end_id), bank_words(o.remittance),
      md5(o.payer_account)]
    end as words) w
where s.place = t.place
