-- The drafts of runs that are over: they wait to be posted or canceled, whatever was run since.
-- $1 seller text, null for all.
-- Out: run_id bigint, seller text, as_of date, state, currency text, digits smallint, drafts, held
-- (of payers that the run's gate holds) bigint, total numeric in minor units, credit notes taken
-- off; in order of run and currency.
-- Index: invoice_draft_idx, run_pkey, gate_finding_open_idx.
select r.run_id, s.code as seller, r.as_of, r.state, u.code::text as currency, u.digits,
  count(*) as drafts,
  count(*) filter (where exists (
    select from gate_finding f
    where f.run_id = i.run_id and f.released_at is null
      and (f.customer_id is null or f.customer_id = i.customer_id))) as held,
  sum(case i.kind when 'invoice' then i.total_minor else -i.total_minor end) as total
from invoice i
join run r on r.run_id = i.run_id
join seller s on s.seller_id = r.seller_id
join currency u on u.code = i.currency
where i.state = 'draft' and r.state not in ('pending', 'processing', 'error')
  and ($1::text is null or s.code = $1)
group by r.run_id, s.code, u.code
order by r.run_id, u.code
