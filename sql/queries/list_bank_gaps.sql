-- What the balances of a camt.053 message do not come to: a statement opens with what one of the
-- last day before its own closes with, or of the day of either of its balances, and its bookings
-- are what it closes with more. So one of a week opens with what the week before closes with,
-- whatever statements of its days there are. One that does not tell what it opens with is not
-- compared, but others with it. A gap is kept as an entry, as much as is missing, until a person
-- has dealt with it, or a statement closes it (clear_stated_entries.sql).
-- Out, in order: subject, reason (balance_gap, balance_differs), told text.
-- Index: bank_statement_key, currency_pkey, bank_entry_pkey.
with unit as materialized (
  select s.statement, 10::numeric ^ coalesce(c.digits, 2) as unit,
    coalesce(c.digits, 2)::integer as digits
  from told_statement s
  left join currency c on c.code = lower(s.currency)
), gap as materialized (
  select s.statement, s.account, g.bank_statement_id, g.name, g.currency,
    coalesce(g.opened_on, g.closed_on) as day, g.opening_minor - g.before_minor as missing_minor,
    format('it opens with %s, the one before, of %s, closes with %s',
      round(g.opening_minor / u.unit, u.digits), g.last_on,
      round(g.before_minor / u.unit, u.digits)) as told
  from told_statement s
  join unit u on u.statement = s.statement
  join statement_gap g on g.account = md5(s.account) and g.currency = s.currency
    and g.closed_on = s.closed_on and g.opening_minor = s.opening_minor
    and g.closing_minor = s.closing_minor and g.name = s.name and g.digest = s.digest
), differing as (
  select s.statement, s.name, format('it closes with %s, its bookings come to %s',
      round(s.closing_minor / u.unit, u.digits), round(e.ends_minor / u.unit, u.digits)) as told
  from told_statement s
  join unit u on u.statement = s.statement
  cross join lateral (
    select s.opening_minor + case when bool_and(b.currency = s.currency) is not false then
      coalesce(sum(case when b.is_credit_booking then 1 else -1 end * b.booking_minor), 0) end
      as ends_minor
    from (
      select distinct t.booking, t.currency, t.is_credit_booking, t.booking_minor
      from bank_item t
      where t.statement = s.statement and t.is_booked) b) e
  where e.ends_minor <> s.closing_minor
), kept as (
  insert into bank_entry (entry_key, account, booking_minor, detail_count, digest, words, is_credit,
    booked_on, currency, amount_minor, reference, reason)
  select k.key, right(g.account, 4), abs(g.missing_minor), 0, k.key, array[]::text[],
    g.missing_minor > 0, g.day, g.currency, abs(g.missing_minor),
    'statement ' || g.name || ': ' || g.told, 'balance_gap'
  from gap g
  cross join lateral (
    select concat_ws(' ', right(g.account, 4), 'gap', g.bank_statement_id) as key) k
  on conflict on constraint bank_entry_pkey do nothing
)
select 'statement ' || f.name as subject, f.reason, f.told
from (
  select g.statement, g.name, 'balance_gap' as reason, g.told from gap g
  union all
  select d.statement, d.name, 'balance_differs', d.told from differing d) f
order by f.statement, f.reason
