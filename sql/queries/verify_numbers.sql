-- A number is its series' format with its place filled in, its document is kept and of its seller
-- and kind, and no document is dated before the one with the number before (RULES 2).
-- Index: invoice_number_pkey.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with series as (
  select s.number_series_id, s.seller_id, s.kind, f.parts[1] as prefix,
    coalesce(f.parts[2], '0')::integer as width,
    f.parts[3] as suffix
  from number_series s, regexp_match(s.format, '^(.*)\{seq(?::0*(\d+))?\}(.*)$') as f (parts)
  where s.kind in ('invoice', 'credit_note')
), numbered as (
  select n.number_series_id, n.seq, n.number, n.seller_id, n.invoice_id, i.invoice_date, i.kind,
    i.state,
    i.seller_id as issuer_id,
    lag(i.invoice_date) over (partition by n.number_series_id order by n.seq) as previous_date
  from invoice_number n
  join invoice i on i.invoice_id = n.invoice_id
), wrong as materialized (
  select n.invoice_id as id,
    case
      when n.number <> s.prefix
             || lpad(n.seq::text, greatest(s.width, length(n.seq::text)), '0') || s.suffix
        then format('number %s is not the %sth of its series', n.number, n.seq)
      when n.kind <> s.kind or n.seller_id <> n.issuer_id or n.seller_id <> s.seller_id
        then format('number %s is of another seller''s or kind''s series', n.number)
      when n.state = 'canceled'
        then format('number %s is on a document that is %s', n.number, n.state)
      else format('number %s is of %s, but the one before is of %s', n.number, n.invoice_date,
        n.previous_date)
    end as problem
  from numbered n
  join series s on s.number_series_id = n.number_series_id
  where n.number <> s.prefix
          || lpad(n.seq::text, greatest(s.width, length(n.seq::text)), '0') || s.suffix
    or n.kind <> s.kind
    or n.seller_id <> n.issuer_id
    or n.seller_id <> s.seller_id
    or n.state = 'canceled'
    or n.invoice_date < n.previous_date
)
select (select count(*) from invoice_number) as looked_at,
  (select count(*) from wrong) as wrong, 'invoice' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
