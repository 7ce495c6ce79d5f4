-- Takes in charges that a gateway has approved, as attempts.
-- $1 gateway text; one array element a charge: $2 keys, $3 references, $4 currencies text[], $5
-- amounts int8[] in minor units, $6 invoice ids int8[] (nulls for none), $7 sources int8[], $8
-- moments int8[] in UNIX seconds, $9 as-of days date[]; $10 now timestamptz.
-- Out: idempotency_key text, payment_attempt_id bigint; no row for one that is known by now.
-- Index: payment_attempt_key_key, payment_attempt_try_key, payment_source_pkey.
insert into payment_attempt (invoice_id, try, state, gateway, payment_source_id, idempotency_key,
  currency, amount_minor, as_of, request, gateway_ref, reason, intended_at, settled_on, settled_at,
  adopted_at)
select a.invoice_id, row_number() over (partition by a.invoice_id order by a.charged_at)
    + coalesce((
      select max(t.try) from payment_attempt t where t.invoice_id = a.invoice_id), 0),
  'approved', $1, a.source, a.idempotency_key, a.currency, a.amount_minor, a.as_of,
  jsonb_build_object('token', s.token,
    'invoice', coalesce(n.number, a.invoice_id::text, a.reference)),
  a.reference, 'taken in, the gateway has charged it', to_timestamp(a.charged_at), a.as_of, $10, $10
from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[],
  $8::bigint[], $9::date[]) as a (idempotency_key, reference, currency, amount_minor, invoice_id,
  source, charged_at, as_of)
join payment_source s on s.payment_source_id = a.source
left join invoice_number n on n.invoice_id = a.invoice_id
on conflict (idempotency_key) do update
set state = 'approved', decline_class = null, decline_code = null,
  settled_on = excluded.settled_on, settled_at = excluded.settled_at,
  reason = 'declined before, the gateway has approved it', gateway_ref = excluded.gateway_ref
where payment_attempt.state = 'declined'
returning idempotency_key, payment_attempt_id
