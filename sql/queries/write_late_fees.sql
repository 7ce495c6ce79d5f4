-- Notes which invoices were charged late fees for which, with an event each: a second one of a step
-- is refused by late_fee_step_key.
-- $1 invoice ids int8[], $2 ids of their fees' invoices int8[], $3 step integer, $4 os_user text,
-- $5 chasing_cadence_id bigint, null: by hand
with fee as (
  insert into late_fee (invoice_id, step, chasing_cadence_id, fee_invoice_id)
  select a.invoice_id, $3::integer, $5::bigint, a.fee_invoice_id
  from unnest($1::bigint[], $2::bigint[]) as a (invoice_id, fee_invoice_id)
  returning invoice_id, step, fee_invoice_id
)
insert into event (kind, subject_kind, subject_id, detail)
select 'late_fee_charged', 'invoice', f.invoice_id,
  jsonb_build_object('step', f.step, 'fee_invoice', f.fee_invoice_id, 'os_user', $4::text)
from fee f
order by f.invoice_id
