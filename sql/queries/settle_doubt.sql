-- Lets charging at a gateway go on, and gives the books another name where they are not what they
-- were, so that keys which another copy has used never come again; its last twelve digits stay.
-- $1 gateway, $2 account, $3 place text.
-- Out: former, uuid text; no row where nothing was in doubt. Index: gateway_doubt_pkey.
with settled as (
  delete from gateway_doubt d where d.gateway = $1 returning d.gateway
), named as (
  select b.uuid as former, (left(gen_random_uuid()::text, 24) || right(b.uuid::text, 12))::uuid
    as uuid
  from book b
  where exists (select from settled)
    or exists (
      select from gateway_account g
      where g.gateway = $1 and (g.account, g.place) is distinct from ($2::text, $3::text))
  for update of b
)
update book b
set uuid = n.uuid
from named n
returning n.former::text as former, b.uuid::text as uuid
