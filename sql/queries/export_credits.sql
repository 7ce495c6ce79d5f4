-- What is left of customers' credits as an import takes it; what a credit note or an overpayment
-- left is money.
-- $1 seller text: only its, null for all. Out: line text, an object each, in order of
-- coming in. Index: credit_pkey.
select json_strip_nulls(json_build_object(
  'object', 'credit', 'customer', r.customer_id,
  'amount', trim_scale((r.amount_minor - r.used_minor) / 10::numeric ^ d.digits),
  'currency', r.currency, 'kind', case r.kind when 'goodwill' then 'goodwill' else 'money' end,
  'expires', r.expires_on))::text as line
from credit r
join currency d on d.code = r.currency
join customer c on c.customer_id = r.customer_id
where r.used_minor < r.amount_minor
  and ($1::text is null or c.seller_id = (select e.seller_id from seller e where e.code = $1))
order by r.credit_id
