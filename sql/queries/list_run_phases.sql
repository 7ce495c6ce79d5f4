-- The phases of a run in their order, with how long each took.
-- $1 run bigint
-- Out: name text, milliseconds bigint.
select p.phase ->> 'name' as name,
  round((p.phase ->> 'seconds')::numeric * 1000)::bigint as milliseconds
from run r, jsonb_array_elements(r.phases) with ordinality as p (phase, place)
where r.run_id = $1
order by p.place;
