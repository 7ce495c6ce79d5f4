-- Charges of these books that a gateway has approved and the books have not, or have as declined:
-- whose they are, which is told by who paid, never by the invoice that the key names: ids are
-- handed out again after a restore. And why one cannot be taken in.
-- $1 gateway text, $2 moment timestamptz.
-- Out, in order: idempotency_key, reference, currency text, amount bigint in minor units, token
-- text, charged_at bigint in UNIX seconds, customer_id, source bigint (nulls where nobody or
-- several have the token), object text, named bigint: the invoice of the key, null for none,
-- invoice_id bigint: the same where it is the customer's and older than the charge, today date in
-- the seller's zone, problem text, null for none.
-- Index: payment_attempt_key_key, invoice_pkey, payment_source_pkey, payment_reference_key.
with missing as materialized (
  select g.*, (regexp_match(g.idempotency_key, '-inv-([1-9][0-9]{0,17})-try-'))[1]::bigint as named,
    count(*) over (partition by g.idempotency_key) as charges,
    a.payment_attempt_id is not null as is_known, a.invoice_id as known_invoice,
    a.payment_source_id as known_source,
    a.payment_attempt_id is not null and ((a.amount_minor, a.currency::text)
      is distinct from (g.amount_minor, g.currency) or a.request ->> 'token' <> g.token) as differs
  from gateway_charge g
  left join payment_attempt a on a.idempotency_key = g.idempotency_key
  where g.gateway = $1 and (a.payment_attempt_id is null or a.state = 'declined')
), payer as materialized (
  select s.token, count(distinct s.customer_id) as customers,
    max(s.payment_source_id) as payment_source_id
  from payment_source s
  where s.gateway = $1 and s.token in (select m.token from missing m)
  group by s.token
), owned as (
  select m.*, p.customers, s.customer_id, s.payment_source_id, s.object,
    ($2::timestamptz at time zone l.time_zone)::date as today,
    case
      when m.is_known then m.known_invoice
      when i.customer_id = s.customer_id and i.kind = 'invoice'
        and i.currency::text = m.currency
        and i.created_at < to_timestamp(m.charged_at + 1) then i.invoice_id end as invoice_id
  from missing m
  left join payer p on p.token = m.token
  -- Of one that the books have as declined they know who it was.
  left join payment_source s on s.payment_source_id = case when m.is_known then m.known_source
    when p.customers = 1 then p.payment_source_id end
  left join customer c on c.customer_id = s.customer_id
  left join seller l on l.seller_id = c.seller_id
  left join invoice i on i.invoice_id = m.named
)
select o.idempotency_key, o.reference, o.currency, o.amount_minor as amount, o.token, o.charged_at,
  o.customer_id, o.payment_source_id as source, o.object, o.named, o.invoice_id, o.today,
  case
    when o.charges > 1 then 'the gateway charged it several times'
    when o.differs then 'the books have another charge by its key'
    when o.customer_id is not null then (
      select format('payment %s has its reference', p.payment_id)
      from payment p
      where p.customer_id = o.customer_id and p.method = o.object and p.reference = o.reference)
    when o.token is null then 'the gateway does not say which payment source it was'
    when o.customers is null then 'no customer has its payment source'
    else 'several customers have its payment source' end as problem
from owned o
order by o.charged_at, o.idempotency_key
