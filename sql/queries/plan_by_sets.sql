-- Says whether statements may join row by row, until the transaction ends: not those that compare
-- thousands of rows whose number nobody has counted yet.
-- $1 boolean: they may. Out: value text.
select set_config('enable_nestloop', case when $1::boolean then 'on' else 'off' end, true) as value
