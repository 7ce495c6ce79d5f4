-- What changed the balance of some documents, in order.
-- $1 invoice ids int8[]. In order of invoice_id, settlement_id.
-- Out: invoice_id bigint, kind, source text, effective_on date, is_at_issue boolean (the first
-- credits that paid on the invoice date, as far as they were applied at posting), amount bigint.
-- Index: settlement_invoice_idx.
select s.invoice_id, s.kind,
  coalesce(n.number, case c.kind when 'credit_note' then 'a credit note' else c.kind end, 'payment')
    as source,
  s.effective_on,
  a.is_candidate and sum(s.amount_minor) filter (where a.is_candidate)
    over (partition by s.invoice_id order by s.settlement_id) <= i.credits_applied_minor
    as is_at_issue,
  s.amount_minor as amount
from settlement s
join invoice i on i.invoice_id = s.invoice_id
cross join lateral (select s.credit_id is not null and s.reverses is null
  and s.effective_on = i.invoice_date as is_candidate) a
left join credit c on c.credit_id = s.credit_id
left join invoice_number n on n.invoice_id = coalesce(c.credit_note_id, s.credit_note_id)
where s.invoice_id = any($1)
order by s.invoice_id, s.settlement_id;
