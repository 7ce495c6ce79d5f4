-- Notes on a run how long a step after billing took.
-- $1 run bigint, $2 the step's name text, $3 microseconds bigint. Index: run_pkey.
update run r
set phases = coalesce(r.phases, '[]'::jsonb)
  || jsonb_build_object('name', $2::text, 'seconds', round($3::bigint / 1000000.0, 3))
where r.run_id = $1
