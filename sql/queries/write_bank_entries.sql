-- Keeps the transfers that were staged: what payment each became, or why none.
-- Out, in order, of those that became none: entry_key, payer, reference text, booked_on date,
-- amount bigint in minor units, reason text; then nulls in a last row with the number of payments
-- and of transfers known from before bigint. Index: payment_reference_key, bank_entry_pkey.
with fresh as (
  insert into bank_entry (entry_key, account, booked_on, amount_minor, payer, reference,
    payment_id, reason)
  select t.entry_key, right(t.account, 4), t.booked_on, t.amount_minor, t.payer, t.remittance,
    p.payment_id, e.reason
  from bank_item t
  join import_line l on l.line = t.place
  left join import_payment y on y.line = t.place
  left join lateral (
    select string_agg(split_part(x.fault, '|', 2), '; ' order by x.fault) as reason
    from import_error x where x.line = t.place) e on true
  left join payment p on e.reason is null and p.customer_id = y.customer_id
    and p.method = 'bank_transfer' and p.reference = t.entry_key
  returning *
)
select f.entry_key, f.payer, f.reference, f.booked_on, f.amount_minor as amount,
  coalesce(f.reason, 'nobody knows whose it is') as reason, null::bigint as payments,
  null::bigint as known
from fresh f
where f.payment_id is null
union all
select null, null, null, null, null, null,
  (select count(*) from fresh where payment_id is not null),
  (select count(*) from bank_item t where t.kind = 'transfer')
    - (select count(*) from fresh)
order by entry_key
