-- What the statements of a bank say, and what they do not (RULES 4).

create view statement_gap as
select s.bank_statement_id, s.account, s.currency, s.name, s.opened_on, s.closed_on,
  s.opening_minor, s.closing_minor, s.digest, l.last_on, (
    select k.closing_minor from bank_statement k
    where k.account = s.account and k.currency = s.currency and k.closed_on = l.last_on
    order by k.bank_statement_id desc limit 1) as before_minor
from bank_statement s
cross join lateral (
  select max(k.closed_on) as last_on from bank_statement k
  where k.account = s.account and k.currency = s.currency
    and k.closed_on < least(s.opened_on, s.closed_on)) l
where s.opening_minor is not null and l.last_on is not null and not exists (
  select from bank_statement k
  where k.account = s.account and k.currency = s.currency
    and k.closed_on in (l.last_on, s.opened_on, s.closed_on)
    and k.closing_minor = s.opening_minor
    and (k.closed_on, k.opening_minor, k.closing_minor)
      is distinct from (s.closed_on, s.opening_minor, s.closing_minor));
comment on view statement_gap is
  'Statements that open with what none closes with of the last day before their own, or of the day '
  'of either of their balances: one is missing between last_on and theirs.';

create function statement_covers(of_account text, of_currency text, of_day date)
returns boolean
language sql stable as $$
  select exists (
      select from bank_statement k
      where k.account = md5(of_account) and k.currency = of_currency
        and (k.closed_on = of_day or k.opened_on < of_day and k.closed_on > of_day))
    or exists (
      select from bank_statement k
      where k.account = md5(of_account) and k.currency = of_currency and k.closed_on > of_day)
    and exists (
      select from bank_statement k
      where k.account = md5(of_account) and k.currency = of_currency and k.closed_on < of_day)
    and not exists (
      select from bank_entry e
      where e.reason = 'balance_gap' and e.payment_id is null and e.cleared_at is null
        and e.account = right(of_account, 4) and e.currency = of_currency)
$$;
comment on function statement_covers(text, text, date) is
  'Whether statements (camt.053) of an account are of a day: one closes on it, or there are some '
  'before it and after it, however far apart, and none is missing.';

create function statement_may_have(
  of_account text, of_currency text, of_day date, of_minor bigint, of_block text, of_words text[])
returns boolean
language sql stable as $$
  select exists (
    select from bank_entry e
    where e.is_stated and e.is_credit and e.payment_id is null
      and e.reason is distinct from 'superseded' and e.account = right(of_account, 4)
      -- What is cleared is something else, but where that says that it is what was told before.
      and (e.cleared_at is null or e.reason in ('reference_again', 'told_already', 'words_differ'))
      and e.currency = of_currency and e.booked_on between of_day - 7 and of_day + 7
      and (e.reference = of_block
        or e.amount_minor = of_minor and bank_likeness(e.words, of_words) > 0
        or abs(e.amount_minor - of_minor) <= 10000 and bank_likeness(e.words, of_words) > 2
        or e.booked_on = of_day and e.amount_minor >= of_minor
          and (e.reason = 'details_missing' or array_remove(e.words, null) = '{}')))
$$;
comment on function statement_may_have(text, text, date, bigint, text, text[]) is
  'Whether a statement (camt.053) has a credit, open or told before, that may be what another file '
  'told: one of the block, one of that amount whose words do not make it another, or, with a fee, '
  'are the same, or a sum of that day that does not say what it is of.';

create view unseen_debit as
with told as materialized (
  -- Since when statements of an account tell of what it collects.
  select f.account, least(min(d.booked_on), (
      select min(s.closed_on) from bank_statement s where s.account = f.account)) as since
  from bank_file f
  join bank_debit d on d.bank_file_id = f.bank_file_id
  group by f.account
)
select d.payment_attempt_id, f.seller_id, f.bank_file_id, d.block, d.amount_minor
from bank_debit d
join bank_file f on f.bank_file_id = d.bank_file_id
join told t on t.account = f.account
join bank_block b on b.bank_file_id = d.bank_file_id and b.block = d.block
join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id and a.state = 'approved'
where d.booked_on is null and d.uncollected_on is null and a.settled_on >= t.since;
comment on view unseen_debit is
  'Debits that were approved since statements of the account are read, and whose money none has '
  'credited.';
