-- The payers of a batch, with what billing reads of them and what an operator holds.
-- $1 payer ids int8[]. In order of customer_id. Index: customer_pkey, hold_open_key.
select c.customer_id, c.currency, c.country, c.state, c.postal_code, c.taxable, c.tax_exempt_reason,
       c.taxes, c.autopay, c.autopay_delay_days, c.payment_terms, c.chase, c.consolidated,
       c.purchase_order, c.party_version, h.message as operator_hold
from unnest($1::bigint[]) as wanted (customer_id)
join customer c on c.customer_id = wanted.customer_id
left join hold h on h.customer_id = c.customer_id and h.placed_by = 'operator'
  and h.released_at is null
order by c.customer_id
