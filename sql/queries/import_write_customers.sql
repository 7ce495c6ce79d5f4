-- Makes and updates customers. Out: created bigint, updated bigint, unchanged bigint.
with good as not materialized (
  select r.line, r.id, r.known, r.seller_id, r.name, r.number, r.email, r.type, r.address1,
         r.address2, r.city, r.state,
         r.postal_code, r.country, r.ship_to, r.currency, r.language, r.time_zone, r.phone,
           r.tax_id, r.tax_id_checked_at,
         r.taxable, r.tax_exempt_reason,
         case when r.taxes = '[]' then '{}' else array(select jsonb_array_elements_text(r.taxes))
           end as taxes, r.autopay,
         r.autopay_delay_days::integer as autopay_delay_days, r.payment_terms, r.chase,
           r.chasing_cadence,
         r.retry_policy_id, r.parent_customer::bigint as parent_customer_id, r.bill_parent,
           r.consolidated, r.batch,
         r.purchase_order, r.metadata
  from import_customer r
  where not exists (select from import_error e where e.line = r.line)
), created as (
  insert into customer (
    customer_id, seller_id, name, number, email, type, address1, address2, city, state,
      postal_code, country, ship_to,
    currency, language, time_zone, phone, tax_id, tax_id_checked_at, taxable, tax_exempt_reason,
      taxes, autopay,
    autopay_delay_days, payment_terms, chase, chasing_cadence, retry_policy_id, parent_customer_id,
      bill_parent,
    consolidated, batch, purchase_order, metadata)
  select id, seller_id, name, number, email, type, address1, address2, city, state, postal_code,
         country, ship_to,
         currency, language, time_zone, phone, tax_id, tax_id_checked_at, taxable,
           tax_exempt_reason, taxes, autopay,
         autopay_delay_days, payment_terms, chase, chasing_cadence, retry_policy_id,
           parent_customer_id, bill_parent,
         consolidated, batch, purchase_order, metadata
  from good
  where not known
), changed as (
  update customer c
  set name = g.name, number = g.number, email = g.email, type = g.type, address1 = g.address1,
      address2 = g.address2,
      city = g.city, state = g.state, postal_code = g.postal_code, country = g.country,
        ship_to = g.ship_to,
      currency = g.currency, language = g.language, time_zone = g.time_zone, phone = g.phone,
        tax_id = g.tax_id,
      tax_id_checked_at = g.tax_id_checked_at, taxable = g.taxable,
        tax_exempt_reason = g.tax_exempt_reason,
      taxes = g.taxes, autopay = g.autopay, autopay_delay_days = g.autopay_delay_days,
        payment_terms = g.payment_terms,
      chase = g.chase, chasing_cadence = g.chasing_cadence, retry_policy_id = g.retry_policy_id,
      parent_customer_id = g.parent_customer_id, bill_parent = g.bill_parent,
        consolidated = g.consolidated,
      batch = g.batch, purchase_order = g.purchase_order, metadata = g.metadata
  from good g
  where g.known and c.customer_id = g.id
    and (c.name, c.number, c.email, c.type, c.address1, c.address2, c.city, c.state, c.postal_code,
      c.country, c.ship_to,
         c.currency, c.language, c.time_zone, c.phone, c.tax_id, c.tax_id_checked_at, c.taxable,
           c.tax_exempt_reason,
         c.taxes, c.autopay, c.autopay_delay_days, c.payment_terms, c.chase, c.chasing_cadence,
           c.retry_policy_id,
         c.parent_customer_id, c.bill_parent, c.consolidated, c.batch, c.purchase_order, c.metadata)
      is distinct from
        (g.name, g.number, g.email, g.type, g.address1, g.address2, g.city, g.state, g.postal_code,
          g.country, g.ship_to,
         g.currency, g.language, g.time_zone, g.phone, g.tax_id, g.tax_id_checked_at, g.taxable,
           g.tax_exempt_reason,
         g.taxes, g.autopay, g.autopay_delay_days, g.payment_terms, g.chase, g.chasing_cadence,
           g.retry_policy_id,
         g.parent_customer_id, g.bill_parent, g.consolidated, g.batch, g.purchase_order, g.metadata)
  returning c.customer_id
), updated as (
  select customer_id from changed
  union
  select s.customer_id
  from import_payment_source s
  join good g on g.line = s.line and g.known
  where not s.is_same
  union
  select g.id
  from import_customer r
  join good g on g.line = r.line and g.known
  join payment_source p on p.customer_id = g.id and p.removed_at is null
  where r.source = 'remove'
)
select count(*) filter (where not g.known) as created, (select count(*) from updated) as updated,
       count(*) filter (where g.known) - (select count(*) from updated) as unchanged
from good g;
