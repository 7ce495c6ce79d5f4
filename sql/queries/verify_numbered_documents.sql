-- Every posted document has a number (invoice_number_invoice_key: at most one), and no draft has
-- but one that was unposted (RULES 2, 6).
-- $1 run bigint: only its documents, null for all.
-- Index: event_subject_idx.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with wrong as materialized (
  select i.invoice_id as id,
    case when n.invoice_id is null then format('it is %s and has no number', i.state)
      else format('it is %s and has number %s', i.state, n.number) end as problem
  from invoice i
  left join invoice_number n on n.invoice_id = i.invoice_id
  where ($1::bigint is null or i.run_id = $1)
    and (n.invoice_id is null) <> (i.state = 'canceled' or i.state = 'draft' and not exists (
      select from event e
      where e.subject_kind = 'invoice' and e.subject_id = i.invoice_id
        and e.kind = 'invoice_unposted'))
)
select (select count(*) from invoice i where $1::bigint is null or i.run_id = $1) as looked_at,
  (select count(*) from wrong) as wrong, 'invoice' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
