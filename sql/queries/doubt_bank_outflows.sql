-- Lists money that went out, and that may be the return of a debit
-- (return_unknown) or a transfer that goes back (taken_back), of what sort_bank_items.sql has as
-- other. So is a received transfer by its family, what has the end-to-end id of a transfer that
-- became a payment, or its payer's account, what names an invoice that was paid or that a debit was
-- for, and what comes from the account of a payer of debits. Where its code does not say that it is
-- something else, such as a direct debit of another, a card, a fee or interest, so is, too, what
-- goes to the account of one of them, what says it in its text, in whatever language, and what is
-- as much as a debit or a block that was collected, or as a transfer that became a payment. Of our
-- own transfers only those that go back to a payer: what names an invoice that a transfer paid or
-- that a debit was for, and what goes to the account from which a transfer of that amount came, or
-- that was debited with it. All is of the last 400 days. Of which payments it is perhaps a refund
-- is noted, with 0 for what else it may be: clear_told_refunds.sql clears what the books have.
-- $1 our accounts text[].
-- Index: bank_entry_paid_amount_idx, bank_entry_paid_id_idx, bank_entry_paid_account_idx,
-- invoice_number_number_key, settlement_invoice_idx, payment_of_attempt_key,
-- payment_attempt_source_idx.
with gone as materialized (
  select t.place, t.booked_on, t.booked_on - 400 as since, t.currency,
    coalesce(t.amount_minor, t.booking_minor) as amount_minor, right(t.account, 4) as account,
    t.family, bank_words(t.end_to_end_id) as id, bank_words(t.remittance) as words, t.remittance,
    t.payer_account, t.payee_account, o.is_own,
    not o.is_own and coalesce(t.domain, 'PMNT') in ('PMNT', 'XTND', 'ACMT')
      and coalesce(t.family, '') not in ('RDDT', 'CCRD', 'MCRD', 'ICCN', 'ICHQ')
      and coalesce(t.sub_family, '') not in ('INTR', 'CHRG', 'COMM', 'FEES')
      and coalesce(t.own_code, '') !~ '^(N[A-Z]{3}[+])?(10[4-6]|117|177|191|80[5-9])([+]|$)'
      as is_vague
  from bank_item t
  cross join lateral (
    select (t.family in ('ICDT', 'IRCT') or t.own_code ~ '\y11[68]\y') is true as is_own) o
  where t.kind = 'other' and not t.is_credit and t.is_booked
    and coalesce(t.amount_minor, t.booking_minor) > 0
), party as materialized (
  -- Whom it came from, and, where its code does not say what it is, whom it went to.
  select g.place, p.account
  from gone g
  cross join lateral (
    values (case when not g.is_own then g.payer_account end),
      (case when g.is_vague or g.is_own then g.payee_account end)) as p (account)
  where p.account <> all($1::text[])
), debtor as materialized (
  select distinct p.place, s.payment_source_id, g.is_own
  from party p
  join gone g on g.place = p.place
  join payment_source s on replace(s.token, ' ', '') = p.account and s.mandate is not null
), named as materialized (
  -- A supplier of ours may have a short number of its own in the text.
  select distinct g.place, n.invoice_id,
    not g.is_own or n.number ~ '([[:alnum:]][^[:alnum:]]*){6}' as is_sure
  from gone g
  cross join lateral regexp_split_to_table(g.remittance, '[[:space:],;:()]+') as w (word)
  cross join lateral (select btrim(w.word, '.,;:()#') as number) b
  join invoice_number n on n.number = any(array[b.number, upper(b.number)])
    and n.seller_id = any (array(select s.seller_id from seller s))
), debit as materialized (
  select d.payment_attempt_id, a.invoice_id, d.amount_minor, b.collected_on, d.bank_file_id,
    d.block, a.state, a.payment_source_id, a.state in ('pending', 'approved') as is_standing
  from bank_debit d
  join bank_block b on b.bank_file_id = d.bank_file_id and b.block = d.block
  join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
  where b.collected_on >= (select min(g.since) from gone g)
), paid as materialized (
  select g.place, e.payment_id, true as is_named
  from gone g
  join bank_entry e on e.words[2] = g.id and e.is_credit and e.account = g.account
    and not g.is_own and e.currency = g.currency and e.booked_on between g.since and g.booked_on
  where e.payment_id is not null
  union
  select g.place, e.payment_id, true
  from gone g
  join party p on p.place = g.place
  join bank_entry e on e.words[4] = md5(p.account) and e.is_credit
    and e.account = g.account and e.currency = g.currency
    and e.booked_on between g.since and g.booked_on
  where e.payment_id is not null and (not g.is_own or e.amount_minor = g.amount_minor)
  union
  select m.place, p.payment_id, true
  from named m
  join gone g on g.place = m.place
  join settlement s on s.invoice_id = m.invoice_id
  join payment p on p.payment_id = s.payment_id and p.payment_attempt_id is null
    and p.received_on between g.since and g.booked_on
  where m.is_sure or p.amount_minor = g.amount_minor
  union
  select g.place, e.payment_id, i.is_named
  from gone g
  join bank_entry e on e.amount_minor = g.amount_minor and e.is_credit and e.account = g.account
    and e.currency = g.currency and e.booked_on between g.since and g.booked_on
  cross join lateral (
    select exists (
      select from settlement s
      join invoice_number n on n.invoice_id = s.invoice_id
      where s.payment_id = e.payment_id and bank_contains(g.words, bank_words(n.number)))
      as is_named) i
  where e.payment_id is not null
    and (i.is_named or g.is_vague and (e.words[2] = g.id) is not false)
), collected as (
  select m.place, d.payment_attempt_id
  from named m
  join gone g on g.place = m.place
  join debit d on d.invoice_id = m.invoice_id
  where m.is_sure or d.amount_minor = g.amount_minor
  union
  select o.place, d.payment_attempt_id
  from debtor o
  join gone g on g.place = o.place
  join debit d on d.payment_source_id = o.payment_source_id and d.amount_minor = g.amount_minor
    and d.collected_on between g.since and g.booked_on
  where o.is_own and g.currency = 'EUR' and d.state <> 'declined'
  union
  select g.place, d.payment_attempt_id
  from gone g
  join debit d on d.amount_minor = g.amount_minor
    and d.collected_on between g.since and g.booked_on
  where g.is_vague and g.currency = 'EUR' and d.is_standing
  union
  select g.place, d.payment_attempt_id
  from gone g
  join bank_block b on b.sum_minor = g.amount_minor
    and b.collected_on between g.since and g.booked_on
  join debit d on d.bank_file_id = b.bank_file_id and d.block = b.block
  where g.is_vague and g.currency = 'EUR' and d.is_standing
), looks_returned as materialized (
  select g.place
  from gone g
  where g.place in (select o.place from debtor o where not o.is_own)
    or g.is_vague and g.words ~ ('impay|impag|insolut|devolu|devolv|terugboek|storn|retour|'
      || 'rejet|reject|return|unpaid|chargeback|recall|zwrot|'
      || 'rueck(gabe|ruf|belast|weis|ueberw|zahl|buch)')
), repaid as (
  select x.place, array_agg(x.payment_id order by x.payment_id) as repays
  from (
    select p.place, p.payment_id
    from paid p
    union
    select c.place, coalesce(p.payment_id, 0)
    from collected c
    left join payment p on p.payment_attempt_id = c.payment_attempt_id
    union
    select g.place, 0
    from gone g
    where g.family in ('RCDT', 'RRCT') or g.place in (select l.place from looks_returned l)) x
  group by x.place
), judged as (
  select g.place, r.repays, case
      when g.family in ('RCDT', 'RRCT') or p.is_named or g.is_own and c.place is not null
        then 'taken_back'
      when c.place is not null or l.place is not null then 'return_unknown'
      when p.place is not null then 'taken_back' end as reason
  from gone g
  left join (select distinct c.place from collected c) c on c.place = g.place
  left join looks_returned l on l.place = g.place
  left join repaid r on r.place = g.place
  left join (
    select p.place, bool_or(p.is_named) as is_named from paid p group by p.place) p
    on p.place = g.place
)
update bank_item t
set kind = 'listed', reason = j.reason, repays = j.repays,
  amount_minor = coalesce(t.amount_minor, t.booking_minor)
from judged j
where t.place = j.place and j.reason is not null
