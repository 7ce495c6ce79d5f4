-- For which accounts, and from where, these books have charged.
-- Out: gateway, account, place text, newest bigint: when the newest attempt at the gateway was
-- intended, UNIX seconds, null for none.
-- Index: payment_attempt_pkey.
select g.gateway, g.account, g.place,
  (select extract(epoch from a.intended_at)::bigint
    from payment_attempt a
    where a.gateway = g.gateway
    order by a.payment_attempt_id desc
    limit 1) as newest
from gateway_account g
