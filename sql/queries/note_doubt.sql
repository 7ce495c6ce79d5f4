-- Notes why nobody is charged at a gateway; what was noted before stays.
-- $1 gateway, $2 reason text. Index: gateway_doubt_pkey.
insert into gateway_doubt (gateway, reason)
values ($1, $2)
on conflict (gateway) do nothing
