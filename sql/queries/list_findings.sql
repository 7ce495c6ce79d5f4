-- What the gate found of a run, in order.
-- $1 run_id bigint.
-- Out: finding_no integer, code text, customer_id bigint (null: the whole run), name text, message
-- text, released_at UNIX seconds or null, released_by text. Index: gate_finding_pkey.
select f.finding_no, f.code, f.customer_id, c.name, f.message,
  floor(extract(epoch from f.released_at))::bigint as released_at, f.released_by
from gate_finding f
left join customer c on c.customer_id = f.customer_id
where f.run_id = $1
order by f.finding_no
