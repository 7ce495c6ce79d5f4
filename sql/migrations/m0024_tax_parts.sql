-- What credits take of the taxes of billed lines (RULES 1.7).

-- What each line is of the base of each tax that it bears, as far as taking the tax back needs
-- (RULES 1.7): all the lines of a tax bear it alike by what they come to, unless some also bear a
-- tax within the price, or one that a compound tax is taken of, and others do not.
create view tax_share as
select s.invoice_id, s.tax_no, s.line_no, s.gross_minor, s.is_mixed,
  s.is_mixed and s.gross_minor < 0 as is_negative,
  case when s.is_alike then s.gross_minor
    else s.net_minor + case when s.compound then coalesce((
      select round(sum(case when s.is_mixed and e.percent is not null
        then s.net_minor * e.percent / 100
        else e.amount_minor * s.net_minor / nullif(n.net_minor, 0) end))
      from invoice_tax e
      cross join lateral (
        select sum(k.net_minor) as net_minor
        from invoice_line k
        where k.invoice_id = e.invoice_id and k.kind <> 'credit' and e.tax_no = any(k.tax_nos)) n
      where e.invoice_id = s.invoice_id and e.tax_no < s.tax_no and not e.inclusive
        and e.tax_no = any(s.tax_nos)), 0) else 0 end end::bigint as base_minor
from (
  select t.invoice_id, t.tax_no, l.line_no, l.tax_nos, l.net_minor,
    l.amount_minor - l.discount_minor - l.invoice_discount_minor as gross_minor,
    not t.inclusive and coalesce(r.compound, false) as compound,
    min(l.tax_nos) over lines = max(l.tax_nos) over lines as is_alike,
    coalesce(v.value, 0) <> 0
      and min(l.amount_minor - l.discount_minor - l.invoice_discount_minor) over lines < 0
      and max(l.amount_minor - l.discount_minor - l.invoice_discount_minor) over lines > 0
      as is_mixed
  from invoice_tax t
  join invoice_line l on l.invoice_id = t.invoice_id and l.kind <> 'credit'
    and t.tax_no = any(l.tax_nos)
  left join tax_rate_version v on v.tax_rate_version_id = t.tax_rate_version_id
  left join tax_rate r on r.tax_rate_id = v.tax_rate_id
  window lines as (partition by t.invoice_id, t.tax_no)
) s;
comment on view tax_share is
  'What each line is of the base of each of its taxes; credits take the taxes back by it.';

-- What the lines of one sign are of the base of a tax, and what they bear of it, where a tax has
-- lines of both signs: those of one may bear more than all (RULES 1.7). A compound tax is also
-- taken of the earlier ones of its lines; prices within which it is have all of those that they
-- include taken out. Other taxes have one row, without an amount.
create view tax_part as
select r.invoice_id, r.tax_no, r.is_negative, r.is_mixed, sum(r.base_minor)::bigint as base_minor,
  sum(case r.rounding_mode when 'half_up' then round(r.exact)
    when 'half_even' then case when mod(abs(r.exact), 1) = 0.5
      then 2 * round(r.exact / 2) else round(r.exact) end
    when 'up' then sign(r.exact) * ceil(abs(r.exact))
    else trunc(r.exact) end)::bigint as tax_minor
from (
  select h.invoice_id, h.tax_no, h.is_negative, h.is_mixed, d.rounding_mode,
    sum(h.base_minor) as base_minor,
    sum(case when not h.is_mixed then null
      when t.percent is null then q.fixed_own * q.sign
      when t.inclusive then (h.gross_minor - q.fixed * q.sign)
        * q.multiple * t.percent / (q.factor * 100)
      else (l.net_minor * q.multiple + q.fixed_before * q.sign) * t.percent / 100 end) as exact
  from tax_share h
  join invoice_tax t on t.invoice_id = h.invoice_id and t.tax_no = h.tax_no
  join invoice_line l on l.invoice_id = h.invoice_id and l.line_no = h.line_no
  join invoice i on i.invoice_id = h.invoice_id
  join seller d on d.seller_id = i.seller_id
  join currency u on u.code = i.currency
  left join lateral (
    select case when l.amount_minor < 0 then -1 else 1 end as sign,
      sum(case when e.percent is null then v.value end) filter (where e.tax_no = t.tax_no)
        / u.minor_unit as fixed_own,
      coalesce(sum(v.value) filter (where e.percent is null), 0) / u.minor_unit as fixed,
      case when bool_or(r.compound) filter (where e.tax_no = t.tax_no)
        then coalesce(sum(v.value) filter (where e.percent is null and e.tax_no < t.tax_no), 0)
          / u.minor_unit else 0 end as fixed_before,
      -- What a tax is taken of, and the price with all taxes, per unit without.
      case when bool_or(r.compound) filter (where e.tax_no = t.tax_no)
        then (1 + coalesce(sum(e.percent) filter (
            where not r.compound and e.tax_no < t.tax_no), 0) / 100)
          * (1 + coalesce(sum(e.percent) filter (
            where r.compound and e.tax_no < t.tax_no), 0) / 100)
        else 1 end as multiple,
      (1 + coalesce(sum(e.percent) filter (where not r.compound), 0) / 100)
        * (1 + coalesce(sum(e.percent) filter (where r.compound), 0) / 100) as factor
    from invoice_tax e
    join tax_rate_version v on v.tax_rate_version_id = e.tax_rate_version_id
    join tax_rate r on r.tax_rate_id = v.tax_rate_id
    where h.is_mixed and e.invoice_id = h.invoice_id and e.tax_no = any(l.tax_nos)
      and e.inclusive = t.inclusive) q on true
  group by h.invoice_id, h.tax_no, h.is_negative, h.is_mixed, d.rounding_mode,
    case when d.tax_rounding = 'line' then h.line_no end
) r
group by r.invoice_id, r.tax_no, r.is_negative, r.is_mixed;
comment on view tax_part is
  'What lines of one sign are of the base of a tax and bear of it, where it has lines of both.';
