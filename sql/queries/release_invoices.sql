-- Gives back what documents have billed, so that the next run bills it again: days, one-off items,
-- usage that came in late, goodwill and the cycles of coupons (RULES 0.2, 6). With a reason the
-- days stay covered, waived.
-- $1 invoice ids int8[], $2 released_by text, $3 waived boolean
-- Index: coverage_live_key, invoice_line_pkey, pending_line_item_invoice_idx.
with line as (
  select l.invoice_id, l.line_no, l.kind, l.subscription_id, l.slot, l.period_start
  from invoice_line l
  where l.invoice_id = any($1)
), freed as (
  update coverage c
  set released_by = $2
  from line l
  where c.subscription_id = l.subscription_id and c.slot = l.slot
    and c.invoice_id = l.invoice_id and c.line_no = l.line_no and c.released_by is null
  returning c.subscription_id, c.slot, c.span_start, c.span_end, c.coupon_ids,
    c.cycle_start
), waiting as (
  update pending_line_item p
  set invoice_id = null, line_no = null
  where p.invoice_id = any($1) and not $3::boolean
), late as (
  delete from late_usage u
  using line l
  where u.invoice_id = l.invoice_id and u.line_no = l.line_no and not $3::boolean
  returning u.subscription_id, u.day_from
), unseen as (
  update billing_cursor b
  set usage_from = least(b.usage_from, u.day_from), next_bill_on = null, version = b.version + 1
  from (select subscription_id, min(day_from) as day_from from late group by 1) u
  where b.subscription_id = u.subscription_id
), goodwill as (
  update credit k
  set used_minor = k.used_minor - d.amount_minor
  from (
    select credit_id, sum(amount_minor) as amount_minor from invoice_discount
    where invoice_id = any($1) and credit_id is not null
    group by credit_id) d
  where k.credit_id = d.credit_id
), cycle as (
  select f.subscription_id, n.coupon_id, count(distinct f.cycle_start)::integer as cycles
  from freed f, unnest(f.coupon_ids) as n (coupon_id)
  -- But for base periods of which other days stay billed.
  where f.slot = 0 and not exists (
    select from coverage o
    where o.subscription_id = f.subscription_id and o.slot = 0 and o.released_by is null
      and o.cycle_start = f.cycle_start
      and not exists (
        select from freed x
        where x.subscription_id = o.subscription_id and x.slot = 0
          and x.span_start = o.span_start))
  group by f.subscription_id, n.coupon_id
), given_back as (
  update subscription_discount s
  set cycles_used = greatest(s.cycles_used - c.cycles, 0)
  from cycle c
  where s.subscription_id = c.subscription_id and s.coupon_id = c.coupon_id
)
select f.subscription_id, f.slot, f.span_start, f.span_end
from freed f
order by f.subscription_id, f.slot, f.span_start
