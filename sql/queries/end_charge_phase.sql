-- Notes on a run how long its step of charging took.
-- $1 run bigint, $2 microseconds bigint. Index: run_pkey.
update run r
set phases = coalesce(r.phases, '[]'::jsonb)
  || jsonb_build_object('name', 'charge', 'seconds', round($2::bigint / 1000000.0, 3))
where r.run_id = $1
