-- Holds payers that cannot be billed, keeping when that was first seen.
-- $1 customer ids int8[], $2 codes text[], $3 messages text[], $4 run_id bigint.
-- Index: hold_open_key.
insert into hold (customer_id, placed_by, code, message, first_run_id, last_run_id)
select customer_id, 'run', code, message, $4, $4
from unnest($1::bigint[], $2::text[], $3::text[]) as held (customer_id, code, message)
order by customer_id
on conflict (customer_id, placed_by) where released_at is null
do update set code = excluded.code, message = excluded.message, last_run_id = excluded.last_run_id,
              last_seen_at = now(), tries = hold.tries + 1
