-- Checks the tiers of plans (RULES 1.9): tier k covers (max of k-1, max of k], and a min_qty is
-- only checked: the tier after 50 may say 50 or 51. A stairstep price is the flat_cost alone.
with tier as (
  select p.line, p.path, r.pricing_mode, t.max_qty, t.min_qty, t.unit_cost, t.flat_cost,
         coalesce(lag(t.max_qty) over one_plan, 0) as previous_max,
           lead(p.position) over one_plan is null as is_last
  from import_part p
  join import_plan r on r.line = p.line
  cross join lateral jsonb_to_record(p.doc) as t (max_qty numeric, min_qty numeric,
    unit_cost numeric, flat_cost numeric)
  where p.object = 'tier'
  window one_plan as (partition by p.line order by p.position)
)
insert into import_error (line, fault)
select bad.line, bad.path || string_to_table(bad.faults, E'\n')
from (
  select t.line, t.path, concat_ws(E'\n',
    case when t.is_last and t.max_qty is not null
      then '.max_qty|no max_qty, since the last tier has no end' end,
    case when not t.is_last and t.max_qty is null
      then '.max_qty|a number, since only the last tier has no end' end,
    case when t.max_qty <= t.previous_max
      then '.max_qty|more than the max_qty of the tier before' end,
    case when not (t.max_qty <= 1e15 and scale(trim_scale(t.max_qty)) <= 12)
      then '.max_qty|a number of at most 10^15 and 12 places' end,
    case when t.min_qty < t.previous_max then '.min_qty|no overlap with the tier before' end,
    case when t.min_qty > t.previous_max + 1 then '.min_qty|no hole after the tier before' end,
    case when t.pricing_mode = 'stairstep' and t.flat_cost is null
      then '.flat_cost|a number, since it is the price of a stairstep' end,
    case when t.pricing_mode = 'stairstep' and t.unit_cost <> 0
      then '.unit_cost|no unit_cost, since a stairstep has none' end,
    case when t.pricing_mode <> 'stairstep' and t.unit_cost is null and t.flat_cost is null
      then '.unit_cost|a unit_cost or a flat_cost' end,
    case when not (abs(t.unit_cost) <= 1e15 and scale(trim_scale(t.unit_cost)) <= 12)
      then '.unit_cost|a number of at most 10^15 and 12 places' end,
    case when not (abs(t.flat_cost) <= 1e15 and scale(trim_scale(t.flat_cost)) <= 12)
      then '.flat_cost|a number of at most 10^15 and 12 places' end
  ) as faults
  from tier t
) bad
where bad.faults <> '';
