-- What the credit lines of some documents take back of taxes, with the billed group as it was and
-- what earlier credits had taken of it (RULES 1.7). Of a line that takes back itself, its own share
-- of the group is meant; of a group with lines of both signs what those of the line's sign bear.
-- $1 invoice ids int8[]. In order of invoice_id, line_no, of_tax_no.
-- Out: invoice_id bigint, line_no integer, of_tax_no, tax_no smallint, inclusive boolean, and
-- bigint: tax, base, earlier_base, share (what this credit takes of the base), earlier_tax, amount,
-- lines (how many bear it, credit lines aside), whole (where lines of both signs bear it and this
-- credit leaves nothing of any: the group's tax), other_tax (taken back of the other sign before).
-- Amounts are those of the charges: on a credit note its signs are the other way round.
-- Index: line_credit_tax_pkey, line_credit_pkey, line_credit_of_idx, invoice_tax_pkey.
select x.invoice_id, x.line_no, x.of_tax_no, x.tax_no, t.inclusive,
  case when f.kind = 'credit' then -coalesce((
      select sum(b.amount_minor) from line_credit_tax b
      where b.invoice_id = f.invoice_id and b.line_no = f.line_no and b.tax_no = t.tax_no), 0)
    else coalesce(p.tax_minor * k.sign, w.whole) end::bigint as tax,
  case f.kind when 'credit' then f.amount_minor else coalesce(b.base, 0) end::bigint
    * k.sign as base,
  case f.kind when 'credit' then v.own_before else coalesce(b.earlier, 0) end::bigint
    as earlier_base,
  case f.kind when 'credit' then c.amount_minor else coalesce(b.share, 0) end::bigint as share,
  coalesce(e.earlier_tax, 0)::bigint as earlier_tax, x.amount_minor as amount,
  (select count(*) from invoice_line l
   where l.invoice_id = t.invoice_id and l.kind <> 'credit' and t.tax_no = any(l.tax_nos)) as lines,
  case when b.is_mixed and b.earlier + b.share = b.base * k.sign
    and b.other_earlier = b.other_base * k.sign then w.whole end::bigint as whole,
  coalesce(e.other_tax, 0)::bigint as other_tax
from line_credit_tax x
join line_credit c on c.invoice_id = x.invoice_id and c.line_no = x.line_no
join invoice d on d.invoice_id = c.invoice_id
join invoice_line f on f.invoice_id = c.of_invoice_id and f.line_no = c.of_line_no
join invoice_tax t on t.invoice_id = c.of_invoice_id and t.tax_no = x.of_tax_no
join invoice o on o.invoice_id = c.of_invoice_id
cross join lateral (select case o.kind when 'credit_note' then -1 else 1 end as sign) k
cross join lateral (
  select t.amount_minor * k.sign + coalesce((
    select sum(b.amount_minor) from line_credit_tax b
    where b.invoice_id = t.invoice_id and b.tax_no = t.tax_no), 0) as whole) w
cross join lateral (
  select coalesce(sum(e.amount_minor), 0) as own_before
  from line_credit e
  where e.of_invoice_id = c.of_invoice_id and e.of_line_no = c.of_line_no
    and (e.invoice_id, e.line_no) < (x.invoice_id, x.line_no)
    and (e.undone_at is null or e.undone_at > d.created_at)) v
-- Subqueries that stay so: joins would read the taxes of all documents.
left join lateral (
  select s.is_mixed, s.is_negative from tax_share s
  where f.kind <> 'credit' and s.invoice_id = t.invoice_id and s.tax_no = t.tax_no
    and s.line_no = f.line_no
  offset 0) g on true
left join lateral (
  select s.tax_minor from tax_part s
  where g.is_mixed and s.invoice_id = t.invoice_id and s.tax_no = t.tax_no
    and s.is_negative = g.is_negative
  offset 0) p on true
cross join lateral (
  select bool_or(s.is_mixed) as is_mixed,
    sum(s.base_minor) filter (where s.is_negative = g.is_negative) as base,
    sum(s.base_minor) filter (where s.is_negative <> g.is_negative) as other_base,
    sum(round(s.base_minor * e.amount / nullif(s.gross_minor, 0)))
      filter (where s.is_negative = g.is_negative) as earlier,
    sum(round(s.base_minor * e.amount / nullif(s.gross_minor, 0)))
      filter (where s.is_negative <> g.is_negative) as other_earlier,
    sum(round(s.base_minor * (v.own_before + c.amount_minor) / nullif(s.gross_minor, 0))
        - round(s.base_minor * v.own_before / nullif(s.gross_minor, 0)))
      filter (where s.line_no = c.of_line_no) as share
  from tax_share s
  left join lateral (
    select coalesce(sum(e.amount_minor), 0) as amount
    from line_credit e
    where e.of_invoice_id = s.invoice_id and e.of_line_no = s.line_no
      and (e.invoice_id, e.line_no) < (x.invoice_id, x.line_no)
      and (e.undone_at is null or e.undone_at > d.created_at)) e on true
  where s.invoice_id = t.invoice_id and s.tax_no = t.tax_no) b
left join lateral (
  select sum(y.amount_minor) filter (where f.kind = 'credit' or s.is_negative = g.is_negative)
      as earlier_tax,
    sum(y.amount_minor) filter (where s.is_negative <> g.is_negative) as other_tax
  from line_credit e
  join invoice_line l on l.invoice_id = e.of_invoice_id and l.line_no = e.of_line_no
  join line_credit_tax y on y.invoice_id = e.invoice_id and y.line_no = e.line_no
    and y.of_tax_no = t.tax_no
  left join lateral (
    select h.is_negative from tax_share h
    where f.kind <> 'credit' and h.invoice_id = l.invoice_id and h.tax_no = t.tax_no
      and h.line_no = l.line_no
    offset 0) s on true
  where e.of_invoice_id = t.invoice_id and t.tax_no = any(l.tax_nos)
    and (e.invoice_id, e.line_no) < (x.invoice_id, x.line_no)
    and (e.undone_at is null or e.undone_at > d.created_at)
    and case f.kind when 'credit' then l.line_no = f.line_no else l.kind <> 'credit' end
  ) e on true
where x.invoice_id = any($1)
order by x.invoice_id, x.line_no, x.of_tax_no;
