-- Has messages refer to earlier ones about the same invoice to the same address, so that they
-- thread.
-- $1 claim text (a uuid), $2 message ids int8[]. Index: message_pkey, message_invoice_idx.
update message m
set mail_references = t.earlier
from message d
cross join lateral (
  select array_agg(e.mail_id order by e.message_id) as earlier
  from (
    select e.mail_id, e.message_id
    from message e
    where e.invoice_id = d.invoice_id and e.message_id < d.message_id and e.mail_id is not null
      and e.state in ('queued', 'sent')
      and lower(e.recipients -> 0 ->> 'email') = lower(d.recipients -> 0 ->> 'email')
    order by e.message_id desc
    limit 20) e) t
where d.message_id = any($2::bigint[]) and m.message_id = d.message_id and m.claim = $1::uuid
  and t.earlier is not null
