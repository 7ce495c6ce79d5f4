-- Whom a plan bills, in order of customer: those whose manifest was taken in.
-- $1 side smallint: 1.
-- Out: customer_id bigint, name text, outcome, reason text, documents bigint, oldest date (the
-- first day of the oldest period), newest date (the last one's end), totals text.
with account as (
  select e.customer_id, e.doc ->> 'outcome' as outcome, e.doc ->> 'reason' as reason,
    coalesce(e.doc -> 'documents', '[]') as documents
  from manifest_entry e
  where e.side = $1
), total as (
  select a.customer_id, d.doc ->> 'currency' as currency,
    sum((d.doc ->> 'total')::numeric * case d.doc ->> 'kind' when 'invoice' then 1 else -1 end)
      as total
  from account a
  cross join lateral jsonb_array_elements(a.documents) d (doc)
  group by 1, 2
), line as (
  select a.customer_id, min((l.doc ->> 'start')::date) as oldest,
    max((l.doc ->> 'end')::date) as newest
  from account a
  cross join lateral jsonb_array_elements(a.documents) d (doc)
  cross join lateral jsonb_array_elements(d.doc -> 'lines') l (doc)
  group by 1
)
select a.customer_id, c.name, a.outcome, a.reason,
  jsonb_array_length(a.documents)::bigint as documents,
  l.oldest, l.newest,
  (select string_agg(t.total || ' ' || t.currency, ', ' order by t.currency)
   from total t where t.customer_id = a.customer_id) as totals
from account a
left join customer c on c.customer_id = a.customer_id
left join line l on l.customer_id = a.customer_id
order by a.customer_id
