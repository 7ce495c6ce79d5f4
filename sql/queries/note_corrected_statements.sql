-- Notes which statements of a camt.053 message are another version of one that was read before: of
-- its name and day, opening with what it opens with, and of other bookings or another closing
-- balance. A version that was read before is none.
-- Out, in order: subject, told text. Index: bank_statement_key, currency_pkey.
with bookings as materialized (
  select b.statement, md5(string_agg(b.booking::text, ';' order by b.booking::text)) as digest
  from (
    select distinct t.statement, t.booking as place, concat_ws(' ', t.booked_on, t.booking_ref,
      t.is_credit_booking, t.booking_minor) as booking
    from bank_item t
    where t.is_booked) b
  group by b.statement
), judged as materialized (
  select s.statement, coalesce(b.digest, '') as digest, (
      select min(k.bank_statement_id) from bank_statement k
      where k.account = md5(s.account) and k.currency = s.currency and k.closed_on = s.closed_on
        and k.opening_minor is not distinct from s.opening_minor and k.name = s.name
      having bool_and(k.closing_minor <> s.closing_minor or k.digest <> coalesce(b.digest, '')))
      as corrects
  from told_statement s
  left join bookings b on b.statement = s.statement
), noted as (
  update told_statement s
  set digest = j.digest, is_corrected = j.corrects is not null
  from judged j
  where s.statement = j.statement
  returning s.statement, s.name, s.currency, s.closing_minor, j.corrects
)
select 'statement ' || n.name as subject,
  format('it closes with %s, and with %s when it was read before',
    round(n.closing_minor / u.unit, u.digits), round(k.closing_minor / u.unit, u.digits)) as told
from noted n
join bank_statement k on k.bank_statement_id = n.corrects
left join currency c on c.code = lower(n.currency)
cross join lateral (
  select 10::numeric ^ coalesce(c.digits, 2) as unit, coalesce(c.digits, 2)::integer as digits) u
order by n.statement
