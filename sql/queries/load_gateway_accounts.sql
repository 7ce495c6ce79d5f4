-- What these books remember of gateways: for which accounts, and from where, they have charged.
-- $1 gateways text[].
-- Out: gateway, account, place text (nulls where they have no memory), since bigint: from when on
-- the gateway may have charges that they don't know, UNIX seconds; doubt text: why nobody is
-- charged, null for none.
-- Index: payment_attempt_pkey.
select n.gateway, g.account, g.place,
  floor(extract(epoch from case
    when g.gateway is null then b.created_at
    else coalesce((
      select a.intended_at
      from payment_attempt a
      -- What was taken in was not made by these books.
      where a.gateway = n.gateway and a.adopted_at is null
      order by a.payment_attempt_id desc
      limit 1), g.compared_at) end - interval '1 day'))::bigint as since,
  d.reason as doubt
from unnest($1::text[]) as n (gateway)
cross join book b
left join gateway_account g on g.gateway = n.gateway
left join gateway_doubt d on d.gateway = n.gateway
order by n.gateway
