-- Forgets that debits were returned, where a camt.052 or camt.054 alone told it, and the statements
-- (camt.053) of its day are read by now and do not have it: their money is at the bank. Only open
-- sums of returns of that day, which do not say which debits they are of, may be all of them.
-- Out, in order: payment_attempt_id bigint.
-- Index: bank_debit_unstated_return_idx, bank_entry_day_idx, payment_attempt_pkey.
with doubted as materialized (
  select s.account, d.returned_on, sum(d.amount_minor) as minor,
    array_agg(d.payment_attempt_id) as attempts
  from (select distinct t.account from told_statement t where t.currency = 'EUR') s
  join bank_file f on f.account = md5(s.account)
  join bank_debit d on d.bank_file_id = f.bank_file_id and not d.is_return_stated
    and d.booked_on is not null and d.returned_on >= (
      select min(least(k.opened_on, k.closed_on)) from bank_statement k
      where k.account = md5(s.account))
  group by s.account, d.returned_on
), lacking as materialized (
  select unnest(o.attempts) as payment_attempt_id
  from doubted o
  where statement_covers(o.account, 'EUR', o.returned_on) and o.minor > coalesce((
    select sum(e.amount_minor)
    from bank_entry e
    where e.booked_on = o.returned_on and e.is_stated and not e.is_credit
      and e.reason = 'details_missing' and e.cleared_at is null
      and e.account = right(o.account, 4) and e.currency = 'EUR'), 0)
), forgotten as (
  update bank_debit d
  set returned_on = null, return_ref = null, return_account = null
  from lacking l
  where d.payment_attempt_id = l.payment_attempt_id
)
select l.payment_attempt_id from lacking l order by l.payment_attempt_id
