-- What needs a person now, by kind; kinds of which there is nothing have no row.
-- $1 seller text, null for all. Out: kind text, count bigint; in order of kind.
-- What statements told of is of no seller, and counts for each.
-- Index: hold_open_key, payment_attempt_live_key, message_trouble_idx, gate_finding_open_idx,
-- bank_entry_open_idx, bank_debit_unbooked_idx.
with seller_ids as materialized (
  select s.seller_id from seller s where $1::text is null or s.code = $1
), newest as (
  select r.run_id, r.state, r.population
  from seller_ids s
  cross join lateral (
    select x.* from run x where x.seller_id = s.seller_id order by x.run_id desc limit 1) r
), found as (
  select 'held' as kind, count(*) as count
  from hold h
  join customer c on c.customer_id = h.customer_id
  where h.released_at is null and c.seller_id in (select seller_id from seller_ids)
  union all
  select 'unknown_charge', count(*)
  from payment_attempt a
  left join invoice i on i.invoice_id = a.invoice_id
  left join payment_source p on p.payment_source_id = a.payment_source_id
  left join customer c on c.customer_id = p.customer_id
  where a.state in ('intended', 'unknown')
    and coalesce(i.seller_id, c.seller_id) in (select seller_id from seller_ids)
  union all
  select 'bank_entry', count(*)
  from bank_entry e
  where e.payment_id is null and e.cleared_at is null and e.reason is distinct from 'superseded'
  union all
  select 'unseen_debit', count(*)
  from unseen_debit d
  where d.seller_id in (select seller_id from seller_ids)
  union all
  select 'unfinished_run', count(*)
  from newest n
  where n.state in ('pending', 'processing', 'error')
  union all
  -- What has become of the drafts says whether a finding still stands.
  select 'gate_finding', count(*)
  from gate_finding f
  join run r on r.run_id = f.run_id
  where f.released_at is null and r.seller_id in (select seller_id from seller_ids)
    and exists (
      select from invoice i
      where i.run_id = f.run_id and i.state = 'draft'
        and (f.customer_id is null or i.customer_id = f.customer_id))
  union all
  select 'untied_run', count(*)
  from newest n
  where n.state = 'posted'
    and n.population <> (select count(*) from run_account a where a.run_id = n.run_id)
  union all
  select m.state || '_message', count(*)
  from message m
  join customer c on c.customer_id = m.customer_id
  where m.state in ('held', 'bounced', 'failed')
    and c.seller_id in (select seller_id from seller_ids)
  group by m.state
)
select f.kind, f.count from found f where f.count > 0 order by f.kind
