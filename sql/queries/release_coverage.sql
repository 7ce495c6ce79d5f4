-- Gives covered days back, before others cover them: the live span keeps what is before them, and
-- a new one what is after (RULES 0.2). Days of one span come in any order.
-- $1 subscription ids int8[], $2 slots int4[], $3 first days of the live spans date[],
-- $4 first released days date[], $5 ends of the released days date[], $6 released_by text.
-- Index: coverage_live_key.
with given as (
  select subscription_id, slot::smallint as slot, span_start, day_start, day_end,
    lead(day_start) over span as next_start, row_number() over span = 1 as is_first
  from unnest($1::bigint[], $2::integer[], $3::date[], $4::date[], $5::date[])
    as g (subscription_id, slot, span_start, day_start, day_end)
  window span as (partition by subscription_id, slot, span_start order by day_start)
), whole as (
  select c.*
  from coverage c
  join given g on g.subscription_id = c.subscription_id and g.slot = c.slot
    and g.span_start = c.span_start and g.is_first
  where c.released_by is null
), cut as (
  update coverage c
  set span_end = case when g.day_start > g.span_start then g.day_start else g.day_end end,
    released_by = case when g.day_start > g.span_start then null else $6 end
  from given g
  where g.is_first and c.subscription_id = g.subscription_id and c.slot = g.slot
    and c.span_start = g.span_start and c.released_by is null
  returning 1
), pieces as (
  -- What is given back, but for a first piece that the span itself has become.
  select g.subscription_id, g.slot, g.span_start, g.day_start as piece_start,
    g.day_end as piece_end,
    $6 as released_by
  from given g
  where not (g.is_first and g.day_start = g.span_start)
  union all
  -- What stays after each piece.
  select w.subscription_id, w.slot, w.span_start, g.day_end,
    coalesce(g.next_start, w.span_end), null
  from given g
  join whole w on w.subscription_id = g.subscription_id and w.slot = g.slot
    and w.span_start = g.span_start
  where g.day_end < coalesce(g.next_start, w.span_end)
)
insert into coverage (subscription_id, slot, span_start, span_end, invoice_id, line_no, reason,
  released_by, run_id, payer_id, coupon_ids, cycle_start)
select p.subscription_id, p.slot, p.piece_start, p.piece_end, w.invoice_id, w.line_no, w.reason,
  p.released_by, w.run_id, w.payer_id, w.coupon_ids, w.cycle_start
from pieces p
join whole w on w.subscription_id = p.subscription_id and w.slot = p.slot
  and w.span_start = p.span_start
where (select count(*) from cut) = (select count(*) from whole)
