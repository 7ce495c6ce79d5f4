-- What the gate found of a run, by code, in the order in which it looks.
-- $1 run_id bigint. Out: code text, is_whole boolean (about the whole run), found, held bigint.
-- Index: gate_finding_pkey.
select f.code, f.customer_id is null as is_whole, count(*) as found,
  count(*) filter (where f.released_at is null) as held
from gate_finding f
where f.run_id = $1
group by f.code, f.customer_id is null
order by min(f.finding_no)
