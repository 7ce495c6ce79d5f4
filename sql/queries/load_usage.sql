-- What usage records of some days come to, and what was billed for those days so far.
-- $1 subscription ids int8[], $2 slots int4[], $3 plan ids int8[], $4 first days date[],
-- $5 ends date[], exclusive. Columns as selected, in the order given.
-- Amounts are those of the charges: on a credit note its signs are the other way round.
-- Index: usage_record_period_idx, coverage_live_key, late_usage_pkey, invoice_line_pkey,
-- subscription_change_subscription_idx.
select w.subscription_id, w.slot, w.day_from, w.day_to,
       trim_scale(coalesce(case p.aggregation
         when 'sum' then (
           select sum(r.quantity) from usage_record r
           where r.subscription_id = w.subscription_id and r.plan_id = any(measured.plan_ids)
             and r.used_on >= w.day_from and r.used_on < w.day_to)
         when 'max' then (
           select max(r.quantity) from usage_record r
           where r.subscription_id = w.subscription_id and r.plan_id = any(measured.plan_ids)
             and r.used_on >= w.day_from and r.used_on < w.day_to)
         when 'unique' then (
           select count(distinct r.quantity) from usage_record r
           where r.subscription_id = w.subscription_id and r.plan_id = any(measured.plan_ids)
             and r.used_on >= w.day_from and r.used_on < w.day_to)
         else (
           select r.quantity from usage_record r
           where r.subscription_id = w.subscription_id and r.plan_id = any(measured.plan_ids)
             and r.used_on >= w.day_from and r.used_on < w.day_to
           order by r.used_at desc, r.usage_record_id desc limit 1)
       end, 0)) as quantity,
       coalesce(b.billed, 0)::bigint as billed, coalesce(b.discount, 0)::bigint as discount,
       exists (select from coverage c
         where c.subscription_id = w.subscription_id and c.slot = w.slot
           and c.released_by is null and c.span_start <= w.day_from and c.span_end > w.day_from
           and c.reason in ('skipped', 'before_backfill', 'migrated', 'waived')) as is_free
from unnest($1::bigint[], $2::integer[], $3::bigint[], $4::date[], $5::date[])
  with ordinality as w (subscription_id, slot, plan_id, day_from, day_to, place)
join plan p on p.plan_id = w.plan_id
-- Once for the days, not for each record of them.
cross join lateral (
  select measured_plans(w.subscription_id, w.slot, w.plan_id) as plan_ids offset 0
) measured
left join lateral (
  select sum(l.amount_minor * case i.kind when 'credit_note' then -1 else 1 end
      - coalesce((select sum(r.amount_minor) from line_credit r
         where r.of_invoice_id = l.invoice_id and r.of_line_no = l.line_no
           and r.undone_at is null), 0)) as billed,
    sum((l.discount_minor + l.invoice_discount_minor)
      * case i.kind when 'credit_note' then -1 else 1 end) as discount
  from (
    select distinct c.invoice_id, c.line_no from coverage c
    where c.subscription_id = w.subscription_id and c.slot = w.slot
      and c.released_by is null and c.span_start >= w.day_from and c.span_start < w.day_to
    union all
    select u.invoice_id, u.line_no from late_usage u
    where u.subscription_id = w.subscription_id and u.slot = w.slot
      and u.day_from >= w.day_from and u.day_from < w.day_to
  ) f
  join invoice_line o on o.invoice_id = f.invoice_id and o.line_no = f.line_no
  join invoice_line l on l.invoice_id = o.invoice_id
    and l.subscription_id = o.subscription_id and l.slot = o.slot
    and l.period_start = o.period_start and l.period_end = o.period_end
    and (l.line_no = o.line_no or l.kind in ('usage', 'minimum'))
  join invoice i on i.invoice_id = l.invoice_id
) b on true
order by w.place
