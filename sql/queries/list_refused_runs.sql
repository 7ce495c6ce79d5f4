-- The sellers whose last start of a run of everybody was refused, with why.
-- $1 seller text, null for all. Out: seller, code, message, hint text; in order of seller.
-- Index: event_subject_idx.
select s.code as seller, e.detail ->> 'code' as code, e.detail ->> 'message' as message,
  e.detail ->> 'hint' as hint
from seller s
cross join lateral (
  select x.occurred_at, x.detail
  from event x
  where x.subject_kind = 'seller' and x.subject_id = s.seller_id and x.kind = 'run_refused'
  order by x.event_id desc
  limit 1) e
where ($1::text is null or s.code = $1)
  and not exists (
    select from run r
    where r.seller_id = s.seller_id and r.kind = 'regular' and r.scope = '{}'
      and r.opened_at > e.occurred_at)
order by s.code
