-- The series of numbers as an auditor reads them: what was given, and what lacks (RULES 2).
-- A gap is a place between a series' first one and its next that no document has; out of order is
-- a document dated before the one with the number before. Numbers of other systems and those that
-- people gave are only counted.
-- $1 seller text, null for all.
-- Out: seller, kind, format text, first_number, last_number text, numbers bigint, invoices bigint,
-- credit_notes bigint, voided bigint, reversed bigint, first_date date, last_date date, missing
-- bigint, gaps text[] (the first 20, as places `17` or `17-19`), disordered bigint, disorder text[]
-- (the first 20 numbers); in order of seller, kind, number_series_id.
-- Index: invoice_number_pkey.
with numbered as (
  select n.number_series_id, n.seq, n.number, i.kind, i.state, i.invoice_date,
    lag(n.seq) over w as previous_seq, lag(i.invoice_date) over w as previous_date
  from invoice_number n
  join invoice i on i.invoice_id = n.invoice_id
  window w as (partition by n.number_series_id order by n.seq)
), given as (
  select n.number_series_id, count(*) as numbers, min(n.seq) as first_seq, max(n.seq) as last_seq,
    count(*) filter (where n.kind = 'invoice') as invoices,
    count(*) filter (where n.kind = 'credit_note') as credit_notes,
    count(*) filter (where n.state = 'voided') as voided,
    count(*) filter (where n.state = 'reversed') as reversed,
    min(n.invoice_date) as first_date, max(n.invoice_date) as last_date,
    count(*) filter (where n.invoice_date < n.previous_date) as disordered
  from numbered n
  group by n.number_series_id
), series as (
  select s.number_series_id, s.seller_id, s.kind, s.format, s.first_seq, s.next_seq,
    s.kind in ('invoice', 'credit_note') as is_counted
  from number_series s
), gap as (
  select s.number_series_id, coalesce(n.previous_seq + 1, s.first_seq) as gap_start,
    n.seq - 1 as gap_end
  from numbered n
  join series s on s.number_series_id = n.number_series_id
  where s.is_counted and n.seq > coalesce(n.previous_seq + 1, s.first_seq)
  union all
  select s.number_series_id, coalesce(g.last_seq + 1, s.first_seq), s.next_seq - 1
  from series s
  left join given g on g.number_series_id = s.number_series_id
  where s.is_counted and s.next_seq > coalesce(g.last_seq + 1, s.first_seq)
)
select e.code as seller, s.kind, s.format, f.number as first_number, l.number as last_number,
  coalesce(g.numbers, 0) as numbers, coalesce(g.invoices, 0) as invoices,
  coalesce(g.credit_notes, 0) as credit_notes, coalesce(g.voided, 0) as voided,
  coalesce(g.reversed, 0) as reversed, g.first_date, g.last_date,
  coalesce((select sum(p.gap_end - p.gap_start + 1) from gap p
    where p.number_series_id = s.number_series_id), 0)::bigint as missing,
  array(select case when p.gap_end = p.gap_start then p.gap_start::text
               else p.gap_start || '-' || p.gap_end end
    from gap p where p.number_series_id = s.number_series_id order by p.gap_start limit 20) as gaps,
  case when s.is_counted then coalesce(g.disordered, 0) else 0 end as disordered,
  array(select n.number from numbered n
    where s.is_counted and n.number_series_id = s.number_series_id
      and n.invoice_date < n.previous_date
    order by n.seq limit 20) as disorder
from series s
join seller e on e.seller_id = s.seller_id
left join given g on g.number_series_id = s.number_series_id
left join invoice_number f
  on f.number_series_id = s.number_series_id and f.seq = g.first_seq
left join invoice_number l
  on l.number_series_id = s.number_series_id and l.seq = g.last_seq
where $1::text is null or e.code = $1
order by e.code, s.kind, s.number_series_id;
