-- Reads the add-ons of subscriptions and changes from good lines; the slot is the position (RULES
-- 0.2).
insert into import_addon (line, path, slot, plan, plan_id, currency, pricing_mode, quantity,
  amount, description)
select part.line, part.path, part.position, a.plan, p.plan_id, p.currency, price.pricing_mode,
       coalesce(trim_scale(a.quantity), 1), trim_scale(a.amount), a.description
from import_part part
cross join lateral jsonb_to_record(part.doc) as a (plan text, quantity numeric, amount numeric,
  description text)
left join plan p on p.code = a.plan
left join (select distinct on (v.plan_id) v.plan_id, v.pricing_mode from price v
  order by v.plan_id, v.valid_from) price
  on price.plan_id = p.plan_id
where part.object = 'addon'
  and not exists (select from import_addon o where o.line = part.line);
