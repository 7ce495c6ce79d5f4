-- Reads customers from good lines.
insert into import_customer (
  line, id, known, seller, seller_id, zone, digits, name, number, email, type, address1, address2,
    city, state, postal_code,
  country, ship_to, currency, language, time_zone, phone, tax_id, checks_tax_id, tax_id_checked_at,
    taxable,
  tax_exempt_reason, taxes, autopay, autopay_delay_days, payment_terms, chase, chasing_cadence,
    retry_policy,
  retry_policy_id, parent_customer, bill_parent, consolidated, batch, purchase_order,
    credit_balance, metadata, source)
select l.line, pg_temp.import_id(r.id), known.customer_id is not null, r.seller, s.seller_id,
       s.time_zone, c.digits, r.name,
       r.number, r.email, coalesce(r.type, 'company'), r.address1, r.address2, r.city, r.state,
         r.postal_code, r.country,
       r.ship_to, r.currency, r.language, r.time_zone, r.phone, r.tax_id,
         r.tax_id_checked_at is not null,
       case jsonb_typeof(r.tax_id_checked_at) when 'number'
         then case when pg_temp.import_day(r.tax_id_checked_at, 'UTC') is not null
           then to_timestamp((r.tax_id_checked_at)::numeric) end
         else pg_temp.import_day(r.tax_id_checked_at,
           s.time_zone)::timestamp at time zone s.time_zone end,
       coalesce(r.taxable, true), r.tax_exempt_reason, coalesce(r.taxes, '[]'),
         coalesce(r.autopay, false),
       r.autopay_delay_days, r.payment_terms, coalesce(r.chase, true), r.chasing_cadence,
         r.retry_policy, p.retry_policy_id,
       r.parent_customer, coalesce(r.bill_parent, true), coalesce(r.consolidated, false), r.batch,
         r.purchase_order,
       coalesce(r.credit_balance, 0), coalesce(r.metadata, '{}'),
       case jsonb_typeof(l.doc -> 'payment_source') when 'object' then 'set' when 'null'
         then 'remove' else 'keep' end
from import_line l
cross join lateral jsonb_to_record(l.doc) as r (
  id numeric, name text, seller text, number text, email text, type text, address1 text,
    address2 text, city text, state text,
  postal_code text, country text, ship_to jsonb, currency text, language text, time_zone text,
    phone text, tax_id text,
  tax_id_checked_at jsonb, taxable boolean, tax_exempt_reason text, taxes jsonb, autopay boolean,
  autopay_delay_days numeric, payment_terms text, chase boolean, chasing_cadence text,
    retry_policy text,
  parent_customer numeric, bill_parent boolean, consolidated boolean, batch text,
    purchase_order text,
  credit_balance numeric, metadata jsonb)
left join seller s on s.code = coalesce(r.seller, (select min(code)
  from seller having count(*) = 1))
left join currency c on c.code = coalesce(r.currency, s.currency)
left join retry_policy p on p.code = r.retry_policy
left join customer known on known.customer_id = pg_temp.import_id(r.id)
where l.object = 'customer';
