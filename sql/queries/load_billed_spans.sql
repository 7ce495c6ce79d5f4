-- What covers the days of some subscriptions from a day on, a line a row (RULES 0.3).
-- $1 subscription ids int8[], $2 from which day on date[].
-- In order of subscription_id, slot, span_start, is_late, invoice_id, line_no; a span that no line
-- billed has one row. Lines that billed usage late come after those that billed the span first, but
-- not where the days were billed anew since.
-- Amounts are those of the charge: on a credit note its signs are the other way round.
-- Index: coverage_live_key, invoice_line_pkey, line_credit_of_idx, late_usage_pkey.
with wanted as (
  select * from unnest($1::bigint[], $2::date[]) as w (subscription_id, from_day)
), span as (
  select c.subscription_id, c.slot, c.span_start, c.span_end, c.reason, c.invoice_id, c.line_no,
    c.coupon_ids, c.cycle_start
  from wanted w
  join coverage c on c.subscription_id = w.subscription_id and c.released_by is null
    and c.span_end > w.from_day
)
select s.subscription_id, s.slot, s.span_start, s.span_end, s.reason, l.invoice_id, l.line_no,
       l.price_id, p.plan_id, i.currency,
       case when p.pricing_mode <> 'flat'
         then coalesce((l.pricing ->> 'quantity')::numeric, abs(l.quantity)) end as quantity,
       case when p.pricing_mode = 'custom' and not n.is_late
         then coalesce((l.pricing ->> 'price')::numeric,
           l.unit_cost * case when (l.quantity < 0) <> (i.kind = 'credit_note') then -1 else 1 end)
         end as amount,
       l.period_start, l.period_end,
       (l.amount_minor - l.discount_minor - l.invoice_discount_minor) * k.sign as base,
       coalesce((select sum(r.amount_minor) from line_credit r
         where r.of_invoice_id = l.invoice_id and r.of_line_no = l.line_no
           and r.undone_at is null), 0)::bigint as credited,
       (select sum(least(o.span_end, l.period_end) - greatest(o.span_start, l.period_start))
        from coverage o
        where o.subscription_id = s.subscription_id and o.slot = s.slot
          and o.released_by is null and o.span_start < l.period_end
          and o.span_end > l.period_start
          and case when n.is_late then o.invoice_id < l.invoice_id is not false
            else o.invoice_id = s.invoice_id and o.line_no = s.line_no end)::integer as live_days,
       coalesce(l.tax_nos, '{}') as tax_nos, i.customer_id, i.state = 'written_off' as is_bad_debt,
       case when i.state = 'draft' then i.run_id end as draft_of,
       s.coupon_ids, s.cycle_start
from span s
left join lateral (
  select o.invoice_id, o.line_no, false as is_late
  from invoice_line f
  join invoice_line o on o.invoice_id = f.invoice_id and o.subscription_id = f.subscription_id
    and o.slot = f.slot and o.period_start = f.period_start and o.period_end = f.period_end
    and o.kind in ('period', 'usage', 'minimum')
  where f.invoice_id = s.invoice_id and f.line_no = s.line_no
  union all
  select u.invoice_id, u.line_no, true
  from late_usage u
  join invoice_line o on o.invoice_id = u.invoice_id and o.line_no = u.line_no
  where u.subscription_id = s.subscription_id and u.slot = s.slot
    and o.period_start < s.span_end and o.period_end > s.span_start
    and s.invoice_id < u.invoice_id is not false
) n on true
left join invoice_line l on l.invoice_id = n.invoice_id and l.line_no = n.line_no
left join invoice i on i.invoice_id = l.invoice_id
left join price p on p.price_id = l.price_id
cross join lateral (select case i.kind when 'credit_note' then -1 else 1 end as sign) k
order by s.subscription_id, s.slot, s.span_start, n.is_late, l.invoice_id, l.line_no
