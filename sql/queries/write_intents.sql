-- Intents of charges, before the first byte goes out: what is sent is frozen, under a key that says
-- which charge of which books it is (RULES 0.5, 0.6). A debit that goes by file has its end-to-end
-- id from there, too, since a bank takes only 35 places.
-- One array element an intent: $1 invoice ids int8[], $2 tries int4[], $3 sources int8[], $4
-- gateways text[], $5 currencies text[], $6 amounts int8[] in minor units, $7 requests text[] (JSON
-- objects). $8 as-of day date, $9 moment timestamptz, $10 automatic boolean, $11 run bigint, null
-- for none.
-- Out: invoice_id, payment_attempt_id bigint, idempotency_key text.
insert into payment_attempt (invoice_id, try, state, automatic, run_id, gateway, payment_source_id,
  idempotency_key, currency, amount_minor, as_of, request, intended_at)
select a.invoice_id, a.try, 'intended', $10, $11::bigint, a.gateway, a.source,
  format('%s-inv-%s-try-%s', b.uuid, a.invoice_id, a.try), a.currency, a.amount_minor, $8,
  case when a.request::jsonb ? 'debit'
    then jsonb_set(a.request::jsonb, '{debit,end_to_end_id}',
      to_jsonb(format('%s-%s-%s', left(b.uuid::text, 8), a.invoice_id, a.try)))
    else a.request::jsonb end, $9
from unnest($1::bigint[], $2::integer[], $3::bigint[], $4::text[], $5::text[], $6::bigint[],
  $7::text[]) as a (invoice_id, try, source, gateway, currency, amount_minor, request),
  book b
returning invoice_id, payment_attempt_id, idempotency_key
