-- Grants credits. Out: created bigint, updated bigint, unchanged bigint.
with created as (
  insert into credit (customer_id, kind, currency, amount_minor, granted_on, expires_on)
  select r.customer_id, r.kind, r.currency, (r.amount * 10::numeric ^ r.digits)::bigint,
         r.granted_on, r.expires_on
  from import_credit r
  where not exists (select from import_error e where e.line = r.line)
  order by r.line
  returning 1
)
select count(*) as created, 0::bigint as updated, 0::bigint as unchanged from created;
