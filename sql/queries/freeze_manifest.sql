-- Freezes whom a manifest bills, in batches of about the same number of documents.
-- $1 run_id bigint, $2 seller_id bigint, $3 documents a batch bigint
-- Out: population, batches bigint, strange bigint (not payers of the seller, so nobody's invoice).
with wanted as (
  select e.customer_id, decode(e.doc ->> 'inputs', 'hex') as inputs,
    decode(e.doc ->> 'outputs', 'hex') as outputs,
    coalesce(jsonb_array_length(e.doc -> 'documents'), 1) as documents
  from manifest_entry e
  where e.side = 1
), payer as (
  select w.customer_id, w.inputs, w.outputs, w.documents
  from wanted w
  join customer c on c.customer_id = w.customer_id
  where c.seller_id = $2 and (c.parent_customer_id is null or not c.bill_parent)
), kept as (
  insert into manifest_account (run_id, customer_id, inputs, outputs)
  select $1, p.customer_id, p.inputs, p.outputs from payer p
), placed as (
  select p.customer_id,
    1 + ((sum(p.documents) over (order by p.customer_id) - p.documents) / $3)::integer as batch_no
  from payer p
), frozen as (
  insert into run_batch (run_id, batch_no, payer_ids)
  select $1, p.batch_no, array_agg(p.customer_id order by p.customer_id)
  from placed p
  group by p.batch_no
  returning cardinality(payer_ids) as payers
)
select coalesce(sum(f.payers), 0)::bigint as population, count(*) as batches,
  (select count(*) from wanted) - coalesce(sum(f.payers), 0)::bigint as strange
from frozen f
