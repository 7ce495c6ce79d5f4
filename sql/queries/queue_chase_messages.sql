-- Puts messages of chasing into the outbox, and notes that what they tell of has left the house.
-- One array element a message: $1 message ids, $2 customer ids int8[], $3 invoice ids int8[] (null
-- where it is about several), $4 channels, $5 templates, $6 contents text[] (JSON objects with the
-- list invoices), $7 and $8 quiet hours from and to text[] (HH:MM, nulls for none). $9 moment
-- timestamptz: within the quiet hours of the customer's zone a message waits for their end.
-- Index: customer_pkey, invoice_pkey.
with queued as (
  insert into message (message_id, customer_id, invoice_id, channel, template, recipients, content,
    not_before)
  overriding system value
  select a.message_id, a.customer_id, a.invoice_id, a.channel, a.template,
    case a.channel
      when 'email' then jsonb_build_array(
        jsonb_build_object('name', c.name, 'email', trim(c.email)))
      when 'sms' then jsonb_build_array(
        jsonb_build_object('name', c.name, 'phone', trim(c.phone)))
      else '[]' end,
    a.content::jsonb,
    case when q.is_quiet then
      (q.local_time::date + a.quiet_to::time
        + case when q.local_time::time < a.quiet_to::time then interval '0' else interval '1 day'
          end) at time zone q.zone
      else $9::timestamptz end
  from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[],
    $7::text[], $8::text[]) as a (message_id, customer_id, invoice_id, channel, template, content,
    quiet_from, quiet_to)
  join customer c on c.customer_id = a.customer_id
  join seller s on s.seller_id = c.seller_id
  cross join lateral (
    select coalesce(c.time_zone, s.time_zone) as zone,
      $9::timestamptz at time zone coalesce(c.time_zone, s.time_zone) as local_time) z
  cross join lateral (
    select z.zone, z.local_time, a.channel in ('email', 'sms') and case
      when a.quiet_from::time < a.quiet_to::time
        then z.local_time::time >= a.quiet_from::time and z.local_time::time < a.quiet_to::time
      else z.local_time::time >= a.quiet_from::time or z.local_time::time < a.quiet_to::time
      end as is_quiet) q
  order by a.message_id
  returning content, channel
)
update invoice i
set sent_at = coalesce(i.sent_at, $9), updated_at = now()
from (
  select distinct e.invoice::bigint as invoice_id
  from queued q, jsonb_array_elements_text(q.content -> 'invoices') as e (invoice)
  where q.channel in ('email', 'letter')) told
where i.invoice_id = told.invoice_id
