-- Writes what became of messages that were sent; only whose claim still stands.
-- $1 claim text (a uuid), $2 message ids int8[], $3 states text[] (queued: it is tried again),
-- $4 codes, $5 reasons, $6 answers text[], $7 seconds until the next try int4[],
-- $8 accepted, $9 refused addresses text[], separated by spaces, $10 give up after so many seconds
-- int4, $11 tries counted int4[].
-- Out: message_id, state. Index: message_pkey.
update message m
set state = e.state, claim = null, tries = m.tries + a.tries,
  not_before = now() + make_interval(secs => a.wait),
  reject_code = case when e.state <> a.state then 'gave_up'
    when a.tries = 0 then coalesce(a.code, m.reject_code) else a.code end,
  reject_reason = case when a.tries = 0 then coalesce(a.reason, m.reject_reason)
    else a.reason end, server_answer = coalesce(a.answer, m.server_answer),
  accepted = m.accepted || string_to_array(a.accepted, ' '),
  refused = m.refused || string_to_array(a.refused, ' '),
  sent_at = case when e.state = 'sent' then now() end
from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::integer[], $8::text[],
    $9::text[], $11::integer[])
    as a (message_id, state, code, reason, answer, wait, accepted, refused, tries)
join message t on t.message_id = a.message_id
cross join lateral (
  select case when a.state = 'queued' and a.tries > 0
      and t.tried_at + make_interval(secs => $10::integer) <= now()
    -- Whom some server has taken it for has got it.
    then case when cardinality(t.accepted) > 0 or a.accepted <> '' then 'sent' else 'failed' end
    else a.state end as state) e
where m.message_id = a.message_id and m.claim = $1::uuid
returning m.message_id, m.state
