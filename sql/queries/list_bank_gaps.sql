-- What the balances of a camt.053 message do not come to: a statement opens with what one of the
-- last day before its own closes with, or of the day of either of its balances, and its bookings
-- are what it closes with more. So one of a week opens with what the week before closes with,
-- whatever statements of its days there are. One that does not tell what it opens with is not
-- compared, but others with it.
-- Out, in order: subject, reason (balance_gap, balance_differs), told text.
-- Index: bank_statement_key, currency_pkey.
with judged as materialized (
  select s.*, (
      select max(k.closed_on) from bank_statement k
      where k.account = md5(s.account) and k.currency = s.currency
        and k.closed_on < least(s.opened_on, s.closed_on))
      as last_on,
    s.opening_minor + (
      select case when bool_and(b.currency = s.currency) is not false then
        coalesce(sum(case when b.is_credit_booking then 1 else -1 end * b.booking_minor), 0) end
      from (
        select distinct t.booking, t.currency, t.is_credit_booking, t.booking_minor
        from bank_item t
        where t.statement = s.statement and t.is_booked) b) as ends_minor,
    10::numeric ^ coalesce(c.digits, 2) as unit, coalesce(c.digits, 2)::integer as digits
  from told_statement s
  left join currency c on c.code = lower(s.currency)
  where s.opening_minor is not null
)
select 'statement ' || j.name as subject, f.reason, f.told
from judged j
cross join lateral (
  select round(j.opening_minor / j.unit, j.digits) as opening,
    round(j.closing_minor / j.unit, j.digits) as closing,
    round(j.ends_minor / j.unit, j.digits) as ends,
    (select round(k.closing_minor / j.unit, j.digits) from bank_statement k
     where k.account = md5(j.account) and k.currency = j.currency and k.closed_on = j.last_on
     order by k.bank_statement_id desc limit 1) as before) a
cross join lateral (
  select 'balance_gap' as reason, format('it opens with %s, the one before, of %s, closes with %s',
      a.opening, j.last_on, a.before) as told
  where j.last_on is not null and not exists (
    select from bank_statement k
    where k.account = md5(j.account) and k.currency = j.currency
      and k.closed_on in (j.last_on, j.opened_on, j.closed_on)
      and k.closing_minor = j.opening_minor
      and (k.closed_on, k.opening_minor, k.closing_minor)
        is distinct from (j.closed_on, j.opening_minor, j.closing_minor))
  union all
  select 'balance_differs', format('it closes with %s, its bookings come to %s', a.closing, a.ends)
  where j.ends_minor <> j.closing_minor) f
order by j.statement, f.reason
