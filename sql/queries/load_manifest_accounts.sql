-- The digests that a manifest has of payers.
-- $1 run_id bigint, $2 customer ids int8[].
-- Out, in order: customer_id bigint, inputs, outputs bytea.
-- Index: manifest_account_pkey.
select m.customer_id, m.inputs, m.outputs
from manifest_account m
where m.run_id = $1 and m.customer_id = any($2)
order by m.customer_id
