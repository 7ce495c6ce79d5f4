-- Takes in what gateways say they have approved, until the transaction ends.
create temporary table gateway_charge (
  gateway text not null, idempotency_key text not null, reference text not null,
  currency text not null, amount_minor bigint not null, token text, charged_at bigint not null
) on commit drop
