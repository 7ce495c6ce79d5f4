-- Reads invoices from good lines, with what they inherit from their customers, which an id or a
-- number of one names. $1 now timestamptz. Index: customer_pkey, customer_number_key.
insert into import_invoice (
  line, id, customer_id, seller_id, seller, zone, currency, digits, name, number, autopay,
    payment_terms, dates, date, due_dates, due_date, draft, closed, chase, notes, discounts, taxes,
    metadata, attachments, disabled_payment_methods, source, today)
select l.line, pg_temp.import_id(r.id), c.customer_id, s.seller_id, s.code, s.time_zone,
       coalesce(r.currency, c.currency, s.currency), digits.digits, r.name, r.number,
       coalesce(r.autopay, c.autopay, false), coalesce(r.payment_terms, c.payment_terms),
       nullif(r.date, 'null'), coalesce(pg_temp.import_day(r.date, s.time_zone), today.day),
       nullif(r.due_date, 'null'), pg_temp.import_day(r.due_date, s.time_zone),
       coalesce(r.draft, false), coalesce(r.closed, false), coalesce(r.chase, c.chase, true),
       r.notes, coalesce(nullif(r.discounts, 'null'), '[]'),
       coalesce(nullif(r.taxes, 'null'), '[]'), coalesce(nullif(r.metadata, 'null'), '{}'),
       coalesce(nullif(r.attachments, 'null'), '[]'),
       coalesce(nullif(r.disabled_payment_methods, 'null'), '[]'),
       (select p.object from payment_source p
        where p.customer_id = c.customer_id and p.removed_at is null), today.day
from import_line l
cross join lateral jsonb_to_record(l.doc) as r (
  id numeric, customer jsonb, name text, number text, currency text, autopay boolean,
    payment_terms text, date jsonb, due_date jsonb, draft boolean, closed boolean, chase boolean,
    notes text, discounts jsonb, taxes jsonb, metadata jsonb, attachments jsonb,
    disabled_payment_methods jsonb)
left join lateral (
  select case when count(*) = 1 then min(n.customer_id) end as customer_id
  from (
    select k.customer_id from customer k
    where jsonb_typeof(r.customer) = 'string' and k.number = r.customer #>> '{}'
      and k.seller_id = any (array(select e.seller_id from seller e))
    union
    select k.customer_id from customer k
    where k.customer_id = pg_temp.import_id(
      case when r.customer #>> '{}' ~ '^[0-9]{1,18}$' then (r.customer #>> '{}')::numeric end)
  ) n
) named on true
left join customer c on c.customer_id = named.customer_id
left join seller s on s.seller_id = c.seller_id
left join currency digits on digits.code = coalesce(r.currency, c.currency, s.currency)
cross join lateral (select ($1 at time zone s.time_zone)::date as day) today
where l.object = 'invoice';
