-- The control totals of a run: whom it counted, and what became of them.
-- $1 run_id bigint
-- Columns: population (in its batches), accounts (outcomes written), strays (outcomes of payers
-- that were not counted), counted (when it was opened, but for payers who were struck).
select (select coalesce(sum(cardinality(payer_ids)), 0)::bigint from run_batch where run_id = $1)
    as population,
       (select count(*) from run_account where run_id = $1) as accounts,
       (select count(*) from run_account a
        left join (select unnest(payer_ids) as customer_id from run_batch where run_id = $1) p
          on p.customer_id = a.customer_id
        where a.run_id = $1 and p.customer_id is null) as strays,
       (select population from run where run_id = $1) as counted
