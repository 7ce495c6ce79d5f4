-- Notes for which account, and from where, is charged.
-- $1 gateway, $2 account, $3 place text, $4 moment timestamptz. Index: gateway_account_pkey.
insert into gateway_account (gateway, account, place, compared_at)
values ($1, $2, $3, $4)
on conflict (gateway) do update
set account = excluded.account, place = excluded.place, compared_at = excluded.compared_at
