-- Tells the server, until the transaction ends, what suits imports: compiling pays for queries that
-- run for minutes, and these are many and short; most keys occur once.
-- $1 plan_cache_mode text: auto, or force_generic_plan for a single object, by which planning a
-- statement takes longer than running it
select set_config('jit', 'off', true), set_config('enable_memoize', 'off', true),
  set_config('work_mem', '64MB', true), set_config('datestyle', 'iso', true),
  set_config('plan_cache_mode', $1, true)
