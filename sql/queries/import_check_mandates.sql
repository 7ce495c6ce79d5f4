-- Checks the mandates of accounts that are debited by files: none is signed on a day to come, and
-- none is of two customers of one seller. $1 now timestamptz.
-- Index: payment_source_mandate_idx, customer_pkey.
with mandate as materialized (
  select r.line, p.path, r.id, r.seller_id, r.zone, s.mandate ->> 'id' as mandate_id,
    pg_temp.import_day(s.mandate -> 'signed_on', 'UTC') as signed_on
  from import_customer r
  join import_part p on p.line = r.line and p.object = 'payment_source'
  cross join lateral jsonb_to_record(p.doc) as s (object text, token text, mandate jsonb)
  where s.object = 'bank_account'
    and replace(s.token, ' ', '') ~ pg_temp.import_iban_pattern()
    and jsonb_typeof(s.mandate) = 'object'
)
insert into import_error (line, fault)
select m.line, m.path || '.mandate.signed_on|no day to come'
from mandate m
where m.signed_on > ($1::timestamptz at time zone m.zone)::date
union all
select m.line, m.path || '.mandate.id|one that no other customer of the seller has'
from mandate m
where exists (
    select from mandate o
    where o.seller_id = m.seller_id and o.mandate_id = m.mandate_id and o.id <> m.id)
  or exists (
    select from payment_source s
    join customer c on c.customer_id = s.customer_id
    where s.mandate is not null and s.mandate ->> 'id' = m.mandate_id
      and s.object = 'bank_account' and c.seller_id = m.seller_id and c.customer_id <> m.id);
