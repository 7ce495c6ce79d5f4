-- Forgets that debits were returned, where a camt.052 or camt.054 alone told it, and the statements
-- (camt.053) of its day are read by now and do not have it: their money is at the bank.
-- Out, in order: payment_attempt_id bigint.
-- Index: bank_debit_unstated_return_idx, payment_attempt_pkey.
with lacking as materialized (
  select distinct d.payment_attempt_id
  from told_statement s
  join bank_debit d on d.returned_on between least(s.opened_on, s.closed_on) - 7 and s.closed_on
    and not d.is_return_stated and d.booked_on is not null
  join bank_file f on f.bank_file_id = d.bank_file_id and f.account = md5(s.account)
  where s.currency = 'EUR'
    and statement_lacks(s.account, s.currency, d.returned_on, false, d.amount_minor)
), forgotten as (
  update bank_debit d
  set returned_on = null, return_ref = null
  from lacking l
  where d.payment_attempt_id = l.payment_attempt_id
)
select l.payment_attempt_id from lacking l order by l.payment_attempt_id
