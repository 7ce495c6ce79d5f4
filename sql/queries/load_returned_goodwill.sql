-- The goodwill that lines had whose days runs have credited, of documents that still stand: their
-- days have it again when they are billed again to the same payer (RULES 5, backdated).
-- $1 subscription ids int8[], $2 from which day on date[], $3 who pays for each int8[].
-- In order of subscription_id, slot, span_start, span_end, invoice_id.
-- Amounts are those of the charges: on a credit note its signs are the other way round.
-- Index: credit_goodwill_idx, coverage_released_idx, invoice_pkey, invoice_line_pkey,
-- invoice_discount_pkey.
with wanted as materialized (
  -- Most payers have never had any.
  select w.subscription_id, w.from_day, w.payer_id
  from unnest($1::bigint[], $2::date[], $3::bigint[]) as w (subscription_id, from_day, payer_id)
  where exists (
    select from credit g
    where g.customer_id = w.payer_id and g.kind = 'goodwill' and g.used_minor > 0)
)
select c.subscription_id, c.slot, c.span_start, c.span_end, f.period_end - f.period_start as days,
       i.currency,
       sum(s.amount * case i.kind when 'credit_note' then -1 else 1 end)::bigint as amount
from wanted w
join coverage c on c.subscription_id = w.subscription_id and c.released_by like 'run %'
  and c.span_end > w.from_day
join invoice i on i.invoice_id = c.invoice_id and i.customer_id = w.payer_id
  and i.state not in ('voided', 'canceled', 'reversed')
join invoice_line f on f.invoice_id = c.invoice_id and f.line_no = c.line_no
join invoice_line o on o.invoice_id = f.invoice_id and o.subscription_id = f.subscription_id
  and o.slot = f.slot and o.period_start = f.period_start and o.period_end = f.period_end
  and o.kind in ('period', 'usage', 'minimum')
join invoice_discount d on d.invoice_id = i.invoice_id and d.coupon_id is null
cross join lateral unnest(d.share_lines, d.share_minor) as s (line_no, amount)
where s.line_no = o.line_no
group by c.subscription_id, c.slot, c.span_start, c.span_end, i.invoice_id, f.line_no,
  f.period_start, f.period_end, i.currency
order by c.subscription_id, c.slot, c.span_start, c.span_end, i.invoice_id, f.line_no
