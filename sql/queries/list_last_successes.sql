-- When the daily commands last did something, as far as the books tell; null for never.
-- columns: command text, at bigint in seconds since 1970
-- index: run_pkey, payment_attempt_pkey, message_pkey, chase_step_taken_idx
select l.command, floor(extract(epoch from l.at))::bigint as at
from (
  select 1, 'run', (select r.closed_at from run r
                    where r.kind <> 'dry' and r.state in ('completed', 'posted')
                    order by r.run_id desc limit 1)
  union all
  select 2, 'charge', (select a.settled_at from payment_attempt a
                       where a.settled_at is not null and a.automatic
                       order by a.payment_attempt_id desc limit 1)
  union all
  select 3, 'chase', (select max(c.taken_on)::timestamp at time zone 'UTC' from chase_step c)
  union all
  select 4, 'send', (select m.sent_at from message m
                     where m.sent_at is not null order by m.message_id desc limit 1)
) as l (place, command, at)
order by l.place
