-- Says what each transaction of a camt message is: return (of a debit of ours), collected (debits
-- that the bank booked), transfer, or other; and what a transfer is known by in any file.
-- Index: bank_debit_end_to_end_key, bank_block_payment_key.
update bank_item i
set kind = case
    when not t.is_booked or t.currency is distinct from 'EUR' or t.booked_on is null then 'other'
    when d.payment_attempt_id is not null and not t.is_credit then 'return'
    when t.is_credit and (d.payment_attempt_id is not null or b.payment_id is not null)
      then 'collected'
    when not t.is_credit and t.return_reason is not null then 'unknown_return'
    when t.is_credit and not t.is_reversal and t.return_reason is null
      and coalesce(t.family, 'RCDT') = 'RCDT' then 'transfer'
    else 'other' end,
  entry_key = right(t.account, 4) || ' ' || t.name || ' ' || t.turn
from (
  select n.*, row_number() over (partition by n.account, n.name order by n.place) as turn
  from (
    select o.*, coalesce(o.bank_ref, md5(concat_ws('|', o.booked_on, o.amount_minor, o.payer,
      o.end_to_end_id, o.remittance))) as name
    from bank_item o) n
) t
left join bank_debit d on d.end_to_end_id = t.end_to_end_id
left join bank_block b on b.payment_id = t.payment_ref
where t.place = i.place
