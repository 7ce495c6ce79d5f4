-- A series reads first_seq … next_seq - 1 without a gap, and its last_date is the date of its
-- newest number (invariant 8).
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with given as (
  select n.number_series_id, count(*) as numbers, min(n.seq) as first_seq, max(n.seq) as last_seq,
    max(i.invoice_date) as last_date
  from invoice_number n
  join invoice i on i.invoice_id = n.invoice_id
  group by n.number_series_id
), wrong as materialized (
  select s.number_series_id as id,
    case
      when s.kind in ('invoice', 'credit_note') and s.last_date is distinct from g.last_date
        and coalesce(g.numbers, 0) = s.next_seq - s.first_seq
        then format('its last date is %s, but its newest document is of %s', s.last_date,
          g.last_date)
      else format('it should read %s to %s, but %s of them are given, %s to %s', s.first_seq,
        s.next_seq - 1,
                  coalesce(g.numbers, 0), g.first_seq, g.last_seq)
    end as problem
  from number_series s
  left join given g on g.number_series_id = s.number_series_id
  where s.kind in ('invoice', 'credit_note')
    and (coalesce(g.numbers, 0) <> s.next_seq - s.first_seq
      or g.first_seq <> s.first_seq
      or g.last_seq <> s.next_seq - 1
      or s.last_date is distinct from g.last_date)
)
select (select count(*) from number_series s
  where s.kind in ('invoice', 'credit_note')) as looked_at,
  (select count(*) from wrong) as wrong, 'number_series' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
