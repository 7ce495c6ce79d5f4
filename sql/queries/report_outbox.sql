-- How the outbox stands: messages by channel and state with the age of the oldest.
-- $1 days bigint: of those that were sent, only so many days. Out: channel, state, code text, count
-- bigint, oldest_hours bigint. In order of channel, state and code.
-- Index: message_queued_idx and message_trouble_idx; what was sent is scanned.
select m.channel, m.state, case when m.state in ('held', 'bounced', 'failed')
    then coalesce(m.reject_code, '') else '' end as code, count(*) as count,
  greatest(0, extract(epoch from now() - min(m.queued_at)) / 3600)::bigint as oldest_hours
from message m
where m.state in ('queued', 'held')
  or m.queued_at >= now() - make_interval(days => $1::bigint::integer)
group by 1, 2, 3
order by 1, 2, 3
