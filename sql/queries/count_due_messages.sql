-- How many messages are due, and which channels have any. Out: channel, count, uncomposed bigint.
-- Index: message_queued_idx.
select m.channel, count(*) as count, count(*) filter (where m.composed_at is null) as uncomposed
from message m
where m.state = 'queued' and m.not_before <= now()
group by m.channel
order by m.channel
