-- Who did what and when, in the order in which it was written, or the newest first.
-- Filters, null for all: $1 subject_kind text, $2 subject_id bigint, $3 kind text, $4 start date,
-- $5 end date (both inclusive, in UTC)
-- $6 after bigint: only beyond this id in the order; $7 newest_first boolean; $8 limit bigint
-- Out: event_id bigint, occurred bigint (UNIX seconds), and text: occurred_text (in UTC), actor,
-- os_user, kind, subject_kind; subject_id bigint, detail text (JSON, without os_user).
-- Index: event_pkey, event_subject_idx.
select e.event_id, floor(extract(epoch from e.occurred_at))::bigint as occurred,
  to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as occurred_text, e.actor,
  e.detail ->> 'os_user' as os_user, e.kind, e.subject_kind, e.subject_id,
  (e.detail - 'os_user')::text as detail
from event e
where ($1::text is null or e.subject_kind = $1)
  and ($2::bigint is null or e.subject_id = $2)
  and ($3::text is null or e.kind = $3)
  and ($4::date is null or e.occurred_at >= $4::date::timestamp at time zone 'UTC')
  and ($5::date is null or e.occurred_at < ($5::date + 1)::timestamp at time zone 'UTC')
  and ($6::bigint is null
    or case when $7::boolean then e.event_id < $6 else e.event_id > $6 end)
order by case when $7::boolean then -e.event_id else e.event_id end
limit $8
