-- Customers and their sellers as they are now, for statements.
-- $1 customer ids int8[].
-- Out, in order of customer_id, in the order given: customer_id bigint, seller, language text;
-- parties as text[] as load_documents has them; credits that pay for nothing yet: currencies
-- text[], amounts int8[] in minor units; the seller's time_zone text.
-- Index: customer_pkey, credit_open_idx.
select k.customer_id, s.code as seller, k.language,
  array(select coalesce(e.value, '') from unnest(array[
    s.name, s.address ->> 'address1', s.address ->> 'address2', s.address ->> 'city',
    s.address ->> 'state', s.address ->> 'postal_code', s.country, s.tax_id, s.email,
    s.address ->> 'phone', null]) with ordinality as e (value, place)
    order by e.place) as seller_party,
  array(select coalesce(e.value, '') from unnest(array[
    k.name, k.address1, k.address2, k.city, k.state, k.postal_code, k.country, k.tax_id, k.email,
    k.phone, k.number]) with ordinality as e (value, place)
    order by e.place) as customer_party,
  coalesce(c.currencies, '{}') as currencies, coalesce(c.amounts, '{}') as amounts,
  s.time_zone
from customer k
join seller s on s.seller_id = k.seller_id
left join lateral (
  select array_agg(u.currency order by u.currency) as currencies,
    array_agg(u.amount order by u.currency) as amounts
  from (
    select c.currency::text as currency, sum(c.amount_minor - c.used_minor)::bigint as amount
    from credit c
    where c.customer_id = k.customer_id and c.kind in ('money', 'credit_note')
      and c.used_minor < c.amount_minor
    group by c.currency) u) c on true
where k.customer_id = any($1::bigint[])
order by k.customer_id;
