-- What these books remember of gateways: for which accounts, and from where, they have charged.
-- $1 gateways text[].
-- Out: gateway, account, place text (nulls where they have no memory), since bigint: from when on
-- the gateway may have charges that they don't know, UNIX seconds; doubt text: why nobody is
-- charged, null for none. Where a person has said of an attempt in the last week, without asking
-- the gateway, that it was declined, it may have charges since that intent.
-- Index: payment_attempt_pkey, event_subject_idx.
select n.gateway, g.account, g.place,
  floor(extract(epoch from case
    when g.gateway is null then b.created_at
    else least(coalesce((
      select a.intended_at
      from payment_attempt a
      -- What was taken in was not made by these books.
      where a.gateway = n.gateway and a.adopted_at is null
      order by a.payment_attempt_id desc
      limit 1), g.compared_at), (
      select min(a.intended_at)
      from event e
      join payment_attempt a on a.payment_attempt_id = e.subject_id
      where e.subject_kind = 'payment_attempt' and e.kind = 'charge_resolved'
        and e.detail ->> 'gateway_asked' = 'false' and e.detail ? 'declined'
        and e.occurred_at > now() - interval '7 days'
        and a.gateway = n.gateway)) end - interval '1 day'))::bigint as since,
  d.reason as doubt
from unnest($1::text[]) as n (gateway)
cross join book b
left join gateway_account g on g.gateway = n.gateway
left join gateway_doubt d on d.gateway = n.gateway
order by n.gateway
