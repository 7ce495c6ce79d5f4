-- The base of a tax is the net of its lines, and the tax is the base times the rate, rounded by the
-- seller's rule, give or take what rounding allows: one unit a group, one a line where lines are
-- rounded, one for each credit line in the group (RULES 1.7), one for each included tax of the
-- document, two where the seller rounds up or down (RULES 1.4). Fixed taxes have no rate; a
-- compound tax also stands on the earlier taxes of its lines (RULES 1.4). Those of lines of both
-- signs may come to more than their sum: then each line is reckoned for itself, generously.
-- $1 run bigint: only its documents, null for all.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with line as (
  select l.invoice_id, n.tax_no, sum(l.net_minor) as net, count(*) as lines,
    count(*) filter (where l.kind = 'credit') as credits, sum(abs(l.net_minor)) as swing
  from invoice_line l, unnest(l.tax_nos) as n (tax_no)
  where $1::bigint is null
    or l.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1)
  group by l.invoice_id, n.tax_no
), tax as (
  select t.invoice_id, t.tax_no, t.percent, t.inclusive, t.base_minor, t.amount_minor,
    coalesce(r.compound, false) as compound, s.rounding_mode, s.tax_rounding,
    coalesce(l.net, 0) as net, coalesce(l.lines, 0) as lines, coalesce(l.credits, 0) as credits,
    case when r.compound then e.earlier end as earlier,
    case when r.compound and exists (
        select from invoice_line b where b.invoice_id = t.invoice_id and b.net_minor < 0)
      and exists (
        select from invoice_line a where a.invoice_id = t.invoice_id and a.net_minor > 0)
      then ceil(l.swing * e.percent / 50) + l.lines else 0 end as swing,
    case when t.inclusive then (
      select count(*) * case when s.rounding_mode in ('up', 'down') then 2 else 1 end
      from invoice_tax e where e.invoice_id = t.invoice_id and e.inclusive)
        else 1 end as slack
  from invoice_tax t
  join invoice i on i.invoice_id = t.invoice_id
  join seller s on s.seller_id = i.seller_id
  left join line l on l.invoice_id = t.invoice_id and l.tax_no = t.tax_no
  left join tax_rate_version v on v.tax_rate_version_id = t.tax_rate_version_id
  left join tax_rate r on r.tax_rate_id = v.tax_rate_id
  left join lateral (
    select coalesce(sum(p.amount_minor), 0) as earlier, coalesce(sum(p.percent), 0) as percent
    from invoice_tax p
    where p.invoice_id = t.invoice_id and p.tax_no < t.tax_no) e on r.compound
  where $1::bigint is null or i.run_id = $1
), wrong as materialized (
  select t.invoice_id as id,
    case
      when t.lines = 0 then format('tax %s has no line', t.tax_no)
      when not t.compound and t.base_minor <> t.net
        then format('tax %s is taken of %s, but its lines net %s', t.tax_no, t.base_minor, t.net)
      when t.compound and t.base_minor
             not between least(t.net, t.net + t.earlier) - t.swing
               and greatest(t.net, t.net + t.earlier) + t.swing
        then format('tax %s is taken of %s, but its lines net %s and their earlier taxes are %s',
                    t.tax_no, t.base_minor, t.net, t.earlier)
      else format('tax %s is %s, but %s %% of %s is %s', t.tax_no, t.amount_minor, t.percent,
        t.base_minor,
                  trim_scale(t.base_minor * t.percent / 100))
    end as problem
  from tax t
  where t.lines = 0
    or (not t.compound and t.base_minor <> t.net)
    or (t.compound and t.base_minor
          not between least(t.net, t.net + t.earlier) - t.swing
               and greatest(t.net, t.net + t.earlier) + t.swing)
    or abs(t.amount_minor - case t.rounding_mode
        when 'half_up' then round(t.base_minor * t.percent / 100)
        when 'half_even' then case when mod(abs(t.base_minor * t.percent), 100) = 50
          then 2 * round(t.base_minor * t.percent / 200)
          else round(t.base_minor * t.percent / 100) end
        when 'up' then sign(t.base_minor * t.percent) * ceil(abs(t.base_minor * t.percent / 100))
        else trunc(t.base_minor * t.percent / 100) end)
      > t.slack + t.credits
        -- What is credited has its share of the billed tax, whose lines may have borne unlike ones.
        + case when t.compound and t.credits > 0 then ceil(abs(t.earlier) * t.percent / 100)
            else 0 end
        + case t.tax_rounding when 'line' then t.lines * t.slack else 0 end
)
select (select count(*) from invoice_tax t
  where $1::bigint is null
    or t.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1)) as looked_at,
  (select count(*) from wrong) as wrong, 'invoice' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
