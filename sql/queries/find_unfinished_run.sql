-- The runs of a seller that were not closed, the oldest first; what is only looked at is none.
-- $1 seller_id bigint. Index: run_one_open_key.
select r.run_id, r.as_of, r.invoice_date, r.posting, r.population, r.batches,
  r.options ? 'manifest' as commits_manifest, r.gate, r.options -> 'gate' as gate_limits,
  coalesce((r.options ->> 'draft')::boolean, false) as is_draft, r.paused_by, r.kind,
  c.doc ->> 'policy' as policy, (c.doc ->> 'limit')::bigint as policy_limit,
  c.doc ->> 'reason' as policy_reason, c.doc ->> 'from' as bills_from,
  c.doc ->> 'earlier' as earlier,
  c.doc ->> 'to' as bills_to, c.doc ->> 'collecting' as collecting,
  (c.doc ->> 'sweeps_items')::boolean as sweeps_items
from run r
cross join lateral (select r.options -> 'catch_up' as doc) c
where r.seller_id = $1 and r.state in ('pending', 'processing') and r.kind <> 'dry'
order by r.run_id
