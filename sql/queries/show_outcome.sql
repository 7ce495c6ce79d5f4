-- What became of the only payer of a run.
-- $1 run_id bigint. Out: outcome text, reason text, message text (of a hold).
-- Index: run_account_pkey.
select a.outcome, a.reason, h.message
from run_account a
left join hold h on h.customer_id = a.customer_id and h.released_at is null
where a.run_id = $1
order by h.code = a.reason desc nulls last
limit 1
