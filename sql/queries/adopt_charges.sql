-- Takes in charges that a gateway has approved, as attempts whose outcome is not known: the same
-- way that it becomes known otherwise books them.
-- $1 gateway text; one array element a charge: $2 keys, $3 references text[], $4 amounts int8[] in
-- minor units, $5 invoice ids int8[], $6 tries int4[]. $7 as-of day date, $8 moment timestamptz, $9
-- seller bigint.
-- Out: payment_attempt_id bigint. Index: payment_attempt_key_key, payment_source_current_key.
insert into payment_attempt (invoice_id, try, state, gateway, payment_source_id, idempotency_key,
  currency, amount_minor, as_of, request, gateway_ref, intended_at)
select a.invoice_id, a.try, 'unknown', $1,
  coalesce(s.payment_source_id, t.payment_source_id), a.idempotency_key, i.currency,
  a.amount_minor, $7, jsonb_build_object('token', s.token,
    'invoice', coalesce(n.number, i.invoice_id::text)), a.reference, $8
from unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::integer[])
  as a (idempotency_key, reference, amount_minor, invoice_id, try)
join invoice i on i.invoice_id = a.invoice_id and i.seller_id = $9
left join invoice_number n on n.invoice_id = i.invoice_id
left join payment_source s on s.customer_id = i.customer_id and s.removed_at is null
left join payment_attempt t on t.idempotency_key = a.idempotency_key
order by a.invoice_id
on conflict (idempotency_key) do update
set state = 'unknown', decline_class = null, decline_code = null, settled_on = null,
  settled_at = null, reason = 'declined before, the gateway has approved it',
  gateway_ref = excluded.gateway_ref
returning payment_attempt_id
