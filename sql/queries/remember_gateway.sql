-- Notes for which account, and from where, is charged.
-- $1 gateway, $2 account text, $3 system identifier bigint, $4 timeline integer, $5 moment
-- timestamptz. Index: gateway_account_pkey.
insert into gateway_account (gateway, account, system_identifier, timeline, compared_at)
values ($1, $2, $3, $4, $5)
on conflict (gateway) do update
set account = excluded.account, system_identifier = excluded.system_identifier,
  timeline = excluded.timeline, compared_at = excluded.compared_at
