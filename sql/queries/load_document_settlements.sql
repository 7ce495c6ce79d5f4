-- What settled documents, less what was taken back of it.
-- $1 invoice ids int8[]. In order of invoice_id, effective_on, settlement_id.
-- Out, in the order given: invoice_id bigint, kind text, effective_on date, amount bigint in minor
-- units. Index: settlement_invoice_idx.
select t.invoice_id, t.kind, t.effective_on, t.amount_minor + coalesce(b.amount, 0) as amount
from settlement t
left join lateral (
  select sum(r.amount_minor)::bigint as amount
  from settlement r
  where r.invoice_id = t.invoice_id and r.reverses = t.settlement_id) b on true
where t.invoice_id = any($1::bigint[]) and t.reverses is null
  and t.amount_minor + coalesce(b.amount, 0) <> 0
order by t.invoice_id, t.effective_on, t.settlement_id;
