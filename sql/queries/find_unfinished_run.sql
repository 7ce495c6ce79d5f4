-- The run of a seller that was not closed, if any.
-- $1 seller_id bigint, $2 kind text. Index: run_one_open_key.
select run_id, as_of, invoice_date, posting, population, batches,
  options ? 'manifest' as commits_manifest, gate, options -> 'gate' as gate_limits,
  coalesce((options ->> 'draft')::boolean, false) as is_draft, paused_by
from run
where seller_id = $1 and kind = $2 and state in ('pending', 'processing')
