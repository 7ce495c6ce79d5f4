-- Documents as they are printed: the parties as they were frozen, the sums, how they are paid.
-- $1 invoice ids int8[].
-- Out, in order of $1, in the order given: texts; days; amounts bigint in minor units; parties as
-- text[] of name, address1, address2, city, state, postal code, country, tax id, email, phone and
-- number; credited: numbers text[] and dates date[] of what a credit note credits.
-- Index: invoice_pkey, party_version_pkey, invoice_number_invoice_key, line_credit_pkey,
-- payment_source_current_key, message_invoice_idx.
select i.invoice_id, i.kind, i.state, n.number, s.code as seller, i.customer_id,
  i.currency::text as currency, i.invoice_date,
  coalesce(i.amended_due_date, i.due_date) as due_date,
  coalesce(i.amended_payment_terms, i.payment_terms) as terms,
  i.purchase_order, i.notes, i.subtotal_minor as subtotal, i.discount_minor as discount,
  i.tax_minor as tax, i.total_minor as total, i.rounding_minor as rounding,
  i.settled_minor as settled, i.early_discount_until, i.early_discount_minor as early_discount,
  f.customer ->> 'language' as language,
  array(select coalesce(e.value, '') from unnest(array[
    f.seller ->> 'name', f.seller -> 'address' ->> 'address1',
    f.seller -> 'address' ->> 'address2', f.seller -> 'address' ->> 'city',
    f.seller -> 'address' ->> 'state', f.seller -> 'address' ->> 'postal_code',
    f.seller ->> 'country', f.seller ->> 'tax_id', f.seller ->> 'email',
    f.seller -> 'address' ->> 'phone', null]) with ordinality as e (value, place)
    order by e.place) as seller_party,
  array(select coalesce(e.value, '') from unnest(array[
    f.customer ->> 'name', f.customer ->> 'address1', f.customer ->> 'address2',
    f.customer ->> 'city', f.customer ->> 'state', f.customer ->> 'postal_code',
    f.customer ->> 'country', f.customer ->> 'tax_id', f.customer ->> 'email',
    f.customer ->> 'phone', f.customer ->> 'number']) with ordinality as e (value, place)
    order by e.place) as customer_party,
  array(select o.number from line_credit l
    join invoice_number o on o.invoice_id = l.of_invoice_id
    where l.invoice_id = i.invoice_id and i.kind = 'credit_note'
    group by o.invoice_id, o.number order by o.invoice_id) as credited_numbers,
  array(select p.invoice_date from line_credit l
    join invoice_number o on o.invoice_id = l.of_invoice_id
    join invoice p on p.invoice_id = l.of_invoice_id
    where l.invoice_id = i.invoice_id and i.kind = 'credit_note'
    group by p.invoice_id order by p.invoice_id) as credited_dates,
  i.autopay and i.kind = 'invoice' as is_charged, c.object as method, c.last4,
  i.next_payment_attempt_on as charged_on, c.gateway, c.mandate ->> 'id' as mandate,
  c.mandate ->> 'scheme' as scheme, (c.mandate ->> 'notice_days')::integer as notice_days,
  (select (min(w.queued_at) at time zone s.time_zone)::date from message w
    where w.invoice_id = i.invoice_id and w.channel = 'email' and w.template = 'invoice'
      and w.state in ('queued', 'sent')) as mailed_on
from unnest($1::bigint[]) with ordinality as w (invoice_id, place)
join invoice i on i.invoice_id = w.invoice_id
join seller s on s.seller_id = i.seller_id
join customer k on k.customer_id = i.customer_id
left join party_version sv on sv.party_kind = 'seller' and sv.party_id = i.seller_id
  and sv.version = i.seller_party_version
left join party_version kv on kv.party_kind = 'customer' and kv.party_id = i.customer_id
  and kv.version = i.customer_party_version
cross join lateral (
  select coalesce(sv.party, to_jsonb(s)) as seller, coalesce(kv.party, to_jsonb(k)) as customer) f
left join invoice_number n on n.invoice_id = i.invoice_id
left join payment_source c on c.customer_id = i.customer_id and c.removed_at is null
order by w.place;
