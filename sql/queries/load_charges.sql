-- What charging needs to know of invoices whose payers are locked, the oldest due first.
-- $1 invoice ids int8[], $2 as-of day date, $3 moment timestamptz, $4 boolean: a person asks,
-- $5 boolean: the payer does, for whom AutoPay may be off.
-- Out: invoice_id, customer_id bigint, number text, currency text, amount bigint in minor units,
-- try integer, source bigint, object, gateway, token, brand text (of the source, nulls without
-- one), recent int8[]: when the source was tried with the same amount in the last 30 days, UNIX
-- seconds; verdict text: due, or why it is not charged; waits_until date: the source's next retry;
-- mandate text (JSON of the source), mandate_charged_on date, mandate_used boolean (a charge of it
-- is under way, or was not declined), payer, country, city, postal_code, address1, address2
-- text (of the payer, nulls for not known).
-- Index: invoice_pkey, payment_source_current_key, payment_attempt_try_key,
-- payment_attempt_source_idx, payment_source_mandate_idx, payment_source_key_idx,
-- settlement_invoice_idx.
with facts as materialized (
  select i.invoice_id, i.customer_id, n.number, i.currency::text as currency,
    i.total_minor + i.rounding_minor - i.settled_minor as amount,
    coalesce((
      select max(a.try) from payment_attempt a where a.invoice_id = i.invoice_id), 0) + 1 as try,
    p.payment_source_id as source, k.first as first_source, p.object, p.gateway, p.token, p.brand,
    array(
      select floor(extract(epoch from a.intended_at))::bigint
      from payment_attempt a
      where a.payment_source_id = any(k.ids)
        and a.intended_at > $3::timestamptz - interval '30 days'
        and a.amount_minor = i.total_minor + i.rounding_minor - i.settled_minor) as recent,
    -- Not as a join, which is planned to read all attempts while there are none.
    (select max((
        select o.next_payment_attempt_on from invoice o
        where o.invoice_id = a.invoice_id and o.state = 'open' and o.next_payment_attempt_on > $2
          and o.settled_minor < o.total_minor + o.rounding_minor))
      from payment_attempt a
      where a.payment_source_id = any(k.ids) and a.state = 'declined'
        and a.decline_class = 'soft' and a.invoice_id <> i.invoice_id
        and a.settled_on >= $2::date - 400) as waits_until,
    case
      when i.state <> 'open' or i.kind <> 'invoice'
        or i.settled_minor >= i.total_minor + i.rounding_minor then 'settled'
      -- Not by the index of live attempts, which all that were are still in until a vacuum.
      when (
        select bool_or(a.state in ('intended', 'pending', 'unknown')) from payment_attempt a
        where a.invoice_id = i.invoice_id) then 'charging'
      when not i.autopay and not $5 then 'no_autopay'
      when not $4 and plan_has_ended(i.invoice_id) then 'money_went_back'
      when i.closed then 'closed'
      when (select exists (select from payment_return r where r.state = 'disputed'))
        and invoice_is_disputed(i.invoice_id) then 'disputed'
      when (select exists (
          select from bank_entry e
          where e.is_credit and e.payment_id is null and e.cleared_at is null))
        and failed_debit_is_credited(i.invoice_id) then 'declined_collected'
      when p.payment_source_id is null then 'no_source'
      when i.disabled_payment_methods && case p.object
          when 'card' then array['card', 'credit_card']
          else array['bank_account', 'ach', 'direct_debit'] end then 'method_disabled'
      when exists (
        select from payment_attempt a
        where a.payment_source_id = any(k.ids) and a.state = 'declined'
          and a.decline_class = 'hard') then 'source_stopped'
      when exists (
        select from payment_return r
        join payment q on q.payment_id = r.payment_id
        where q.payment_source_id = any(k.ids) and r.kind = 'dispute'
          and r.state = 'returned') then 'source_stopped'
      when exists (
        select from payment_attempt a
        join decline_rule d on d.code = a.decline_code and d.gateway in (a.gateway, '*')
        where a.payment_source_id = any(k.ids) and a.state = 'declined'
          and d.barred_hours > 0
          and a.settled_at + make_interval(hours => d.barred_hours) > $3) then 'scheme_bar'
      when (
        select bool_or(a.state = 'intended') from payment_attempt a
        where a.payment_source_id = any(k.ids)) then 'source_busy'
      when not $4 and exists (
        select from payment_attempt a
        where a.payment_source_id = any(k.ids) and a.state = 'declined'
          and a.decline_class <> 'technical' and a.settled_on = $2
          and a.invoice_id <> i.invoice_id) then 'source_waits'
      else 'due' end as verdict,
    i.next_payment_attempt_on as due_on, p.mandate, m.charged_on, m.is_used, c.name as payer,
    c.country, c.city, c.postal_code, c.address1, c.address2
  from invoice i
  left join invoice_number n on n.invoice_id = i.invoice_id
  left join payment_source p on p.customer_id = i.customer_id and p.removed_at is null
  -- The same card or account at whichever customers: they are one source.
  left join lateral (
    select array_agg(o.payment_source_id) as ids, min(o.payment_source_id) as first
    from payment_source o
    where o.gateway = p.gateway and payment_source_key(o.object, o.token, o.mandate)
      = payment_source_key(p.object, p.token, p.mandate)) k on true
  join customer c on c.customer_id = i.customer_id
  -- Not as a join, either.
  left join lateral (
    select max((
        select max(a.as_of) from payment_attempt a
        where a.payment_source_id = o.payment_source_id)) as charged_on,
      coalesce(bool_or((
        select bool_or(a.state <> 'declined') from payment_attempt a
        where a.payment_source_id = o.payment_source_id)), false) as is_used
    from payment_source o
    where p.mandate is not null and o.mandate ->> 'id' = p.mandate ->> 'id'
      and o.customer_id = p.customer_id) m on true
  where i.invoice_id = any($1)
)
select f.invoice_id, f.customer_id, f.number, f.currency, f.amount, f.try, f.source, f.object,
  f.gateway, f.token, f.brand, f.recent,
  case
    when f.verdict <> 'due' then f.verdict
    when not $4 and f.waits_until is not null then 'source_waits'
    when row_number() over (
      partition by f.first_source, f.verdict order by f.due_on, f.invoice_id) > 1
      then 'source_busy'
    else 'due' end as verdict,
  coalesce(f.waits_until, $2::date + 1) as waits_until,
  f.mandate::text as mandate, f.charged_on as mandate_charged_on, f.is_used as mandate_used,
  f.payer, f.country, f.city, f.postal_code, f.address1, f.address2
from facts f
order by f.due_on, f.invoice_id
