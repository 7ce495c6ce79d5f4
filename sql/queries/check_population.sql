-- The control totals of a run: whom it counted, and what became of them.
-- $1 run_id bigint
-- Columns: population, accounts (outcomes written), strays (outcomes of payers that were not counted).
select (select coalesce(sum(cardinality(payer_ids)), 0)::bigint from run_batch where run_id = $1) as population,
       (select count(*) from run_account where run_id = $1) as accounts,
       (select count(*) from run_account a
        where a.run_id = $1 and not exists (
          select 1 from run_batch b where b.run_id = a.run_id and b.batch_no = a.batch_no
            and a.customer_id between b.payer_ids[1] and b.payer_ids[cardinality(b.payer_ids)])) as strays
