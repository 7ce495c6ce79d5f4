-- Until the transaction ends, statements that are given thousands of keys are planned once, to look
-- each of them up: a plan that knows the keys takes longer to make than to run, and may read whole
-- tables for each block.
select set_config('plan_cache_mode', 'force_generic_plan', true) as plan_cache_mode,
  set_config('enable_seqscan', 'off', true) as enable_seqscan
