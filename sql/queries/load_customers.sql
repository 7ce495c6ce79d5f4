-- The payers of a batch, with what billing reads of them, what an operator holds of them or of whom
-- they pay for, and whether they pay for themselves.
-- $1 payer ids int8[]. In order of customer_id. Index: customer_pkey, hold_open_key,
-- payment_source_current_key.
with held as (
  select coalesce(case when c.bill_parent then c.parent_customer_id end, c.customer_id)
      as customer_id, min(h.message) as message
  from hold h
  join customer c on c.customer_id = h.customer_id
  where h.placed_by = 'operator' and h.released_at is null
  group by 1
)
select c.customer_id, c.currency, c.country, c.state, c.postal_code, c.taxable, c.tax_exempt_reason,
       c.taxes, c.autopay, c.autopay_delay_days, c.payment_terms, c.chase, c.consolidated,
       c.purchase_order, c.party_version, h.message as operator_hold,
       c.parent_customer_id is null or not c.bill_parent as pays_itself, c.type = 'company',
       c.tax_id, c.tax_id_checked_at is not null,
       case when c.autopay and s.cash_increment_minor is not null then (
         select p.object from payment_source p
         where p.customer_id = c.customer_id and p.removed_at is null) end
from unnest($1::bigint[]) as wanted (customer_id)
join customer c on c.customer_id = wanted.customer_id
join seller s on s.seller_id = c.seller_id
left join held h on h.customer_id = c.customer_id
order by c.customer_id
