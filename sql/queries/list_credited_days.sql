-- The days that credit lines of some documents gave back, and what had billed them (RULES 0.2).
-- $1 invoice ids int8[]: what they credit stands so far. In order of subscription_id, slot,
-- span_start. Out: credit_id bigint (the document that credits), subscription_id bigint,
-- slot smallint, span_start, span_end date, invoice_id bigint, line_no integer (which billed them),
-- run_id bigint (which credits them).
-- Index: line_credit_pkey, invoice_line_pkey, coverage_released_idx.
select min(l.invoice_id) as credit_id, c.subscription_id, c.slot, c.span_start, c.span_end,
  c.invoice_id, c.line_no, min(i.run_id) as run_id
from line_credit r
join invoice_line l on l.invoice_id = r.invoice_id and l.line_no = r.line_no
join invoice i on i.invoice_id = r.invoice_id
join coverage c on c.subscription_id = l.subscription_id and c.slot = l.slot
  and c.invoice_id = r.of_invoice_id and c.released_by = 'run ' || i.run_id
  and c.span_start >= l.period_start and c.span_end <= l.period_end
where r.invoice_id = any($1) and r.undone_at is null
group by c.subscription_id, c.slot, c.span_start, c.span_end, c.invoice_id, c.line_no
order by c.subscription_id, c.slot, c.span_start
