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

create function failed_debit_is_credited(of_invoice bigint) returns boolean
language sql stable as $$
  select exists (
    select from payment_attempt a
    join bank_debit d on d.payment_attempt_id = a.payment_attempt_id
    join bank_block b on b.bank_file_id = d.bank_file_id and b.block = d.block
    join bank_entry e on e.is_credit and e.payment_id is null and e.cleared_at is null
      and e.reason not in ('superseded', 'balance_gap', 'not_in_statement')
      and case
        when e.words[2] = bank_words(d.end_to_end_id) then true
        -- Of several, or of a mandate, nobody knows which.
        when e.reason in ('names_debit', 'taken_back', 'details_missing')
          and bank_contains(e.words[3], bank_words(d.end_to_end_id)) then true
        when e.words[2] is not null then false
        when e.reason in ('names_debit', 'taken_back')
          and e.mandate = a.request -> 'debit' ->> 'mandate'
          then d.amount_minor <= e.amount_minor
        when split_part(e.reference, ' ', 1) <> b.payment_id then false
        -- Of a part of a block nobody knows whose it is.
        when e.reason = 'declined_collected' then
          a.state = 'declined' and a.returned_at is null or d.uncollected_on is not null
        when e.reason in ('taken_back', 'booked_again', 'block_differs')
          and d.returned_on <= e.booked_on
          then d.amount_minor = e.amount_minor
            or e.reason = 'taken_back' and d.amount_minor < e.amount_minor and not exists (
              select from bank_debit o
              where o.bank_file_id = b.bank_file_id and o.block = b.block
                and o.returned_on is not null and o.amount_minor = e.amount_minor)
        else false end
    where a.invoice_id = of_invoice)
$$;
comment on function failed_debit_is_credited(bigint) is
  'Whether an open entry tells that money of a debit of the invoice came in that the bank had '
  'rejected or returned: nobody has said yet whose it is.';

create view pending_debit as
select a.payment_attempt_id, i.seller_id, a.gateway, a.as_of, i.invoice_id, i.customer_id,
  a.amount_minor, a.request ->> 'invoice' as number,
  replace(a.request ->> 'token', ' ', '') as iban, f.debtor, f.mandate, f.signed_on, f.scheme,
  f.notice_days, f.sequence, f.end_to_end_id, f.bic, f.country, f.city, f.postal_code, f.address1,
  f.address2, m.mailed_on,
  greatest(i.invoice_date, p.declined_on) as told_on,
  case
    when i.state <> 'open' or s.removed_at is not null
      or i.total_minor + i.rounding_minor - i.settled_minor < a.amount_minor
      or a.automatic and plan_has_ended(i.invoice_id) then 'withdrawn'
    when i.closed then 'closed'
    when i.invoice_id in (select d.invoice_id from disputed_invoice d) then 'disputed'
    when (select exists (
        select from bank_entry o
        where o.is_credit and o.payment_id is null and o.cleared_at is null))
      and failed_debit_is_credited(i.invoice_id) then 'declined_collected'
  end as obstacle
from payment_attempt a
cross join lateral jsonb_to_record(a.request -> 'debit') as f (debtor text, mandate text,
  signed_on date, scheme text, notice_days integer, sequence text, end_to_end_id text,
  bic text, country text, city text, postal_code text, address1 text, address2 text)
join invoice i on i.invoice_id = a.invoice_id
join seller e on e.seller_id = i.seller_id
join payment_source s on s.payment_source_id = a.payment_source_id
left join lateral (
  select max(o.settled_on) as declined_on, max(o.settled_at) as declined_at
  from payment_attempt o
  where o.invoice_id = a.invoice_id and o.state = 'declined' and o.decline_class <> 'technical') p
  on true
left join lateral (
  select (min(w.queued_at) at time zone e.time_zone)::date as mailed_on
  from message w
  where w.invoice_id = a.invoice_id and w.channel = 'email' and w.template = 'invoice'
    and w.state in ('queued', 'sent')
    and (p.declined_at is null or w.queued_at >= p.declined_at)) m on true
where a.state = 'pending' and a.request ? 'debit'
  and not exists (select from bank_debit d where d.payment_attempt_id = a.payment_attempt_id);
comment on view pending_debit is
  'Attempts that wait for the next file to the bank, with when the payer was told: by the first '
  'email since the last decline (mailed_on), or by the seller''s own means (told_on); and what '
  'keeps each out of it.';
