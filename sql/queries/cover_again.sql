-- Covers days again by the lines that had billed them, since what gave them back is undone
-- (RULES 0.2), and has the next run look at them.
-- $1 subscription ids int8[], $2 slots int4[], $3 first days date[], $4 ends date[],
-- $5 invoice ids int8[], $6 line numbers int4[].
insert into coverage (subscription_id, slot, span_start, span_end, invoice_id, line_no)
select w.subscription_id, w.slot::smallint, w.span_start, w.span_end, w.invoice_id, w.line_no
from unnest($1::bigint[], $2::integer[], $3::date[], $4::date[], $5::bigint[], $6::integer[])
  as w (subscription_id, slot, span_start, span_end, invoice_id, line_no)
