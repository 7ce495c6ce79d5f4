-- What the credit notes of some invoices take from them as a whole.
-- $1 invoice ids int8[]. In order of invoice_id.
-- Out: invoice_id bigint, seller text (its code), party_version integer (of the customer, as of
-- now), subscription_id bigint, rounding bigint: cash rounding that was not given back yet, in
-- minor units.
-- Index: invoice_pkey, rounding_credit_of_idx.
select i.invoice_id, s.code as seller, c.party_version, i.subscription_id,
  (i.rounding_minor - coalesce((
    select sum(g.amount_minor)
    from rounding_credit g
    join invoice n on n.invoice_id = g.invoice_id and n.state not in ('voided', 'canceled')
    where g.of_invoice_id = i.invoice_id), 0))::bigint as rounding
from invoice i
join seller s on s.seller_id = i.seller_id
join customer c on c.customer_id = i.customer_id
where i.invoice_id = any($1)
order by i.invoice_id
