-- Documents as they are stored, with what was frozen when they were made: the customer's name, and
-- the run's rounding (the seller's of today where no run made them).
-- $1 invoice ids int8[].
-- Out, in order of $1: invoice_id bigint, kind, number text, customer_id bigint, customer_name,
-- seller, currency text, invoice_date date, run_id bigint, as_of date, rounding, tax_rounding,
-- payment_terms text, due_date, early_discount_until date, and bigint in minor units: subtotal,
-- discount, tax, total, rounding_minor, settled, credits_applied, early_discount, cash_increment;
-- is_due_date_given boolean; roundings_given_back bigint[] in minor units: what a credit note gives
-- back of cash roundings, invoice by invoice.
-- Index: invoice_pkey, party_version_pkey, run_pkey, rounding_credit_pkey.
select i.invoice_id, i.kind, n.number, i.customer_id,
  case when i.customer_party_version = k.party_version then k.name
       else (select v.party ->> 'name' from party_version v
             where v.party_kind = 'customer' and v.party_id = i.customer_id
               and v.version = i.customer_party_version) end as customer_name,
  s.code as seller, i.currency::text as currency, i.invoice_date, i.run_id, r.as_of,
  coalesce(r.options ->> 'rounding', s.rounding_mode) as rounding,
  coalesce(r.options ->> 'tax', s.tax_rounding) as tax_rounding,
  i.payment_terms, i.due_date, i.early_discount_until,
  i.subtotal_minor as subtotal, i.discount_minor as discount, i.tax_minor as tax,
  i.total_minor as total, i.rounding_minor, i.settled_minor as settled,
  i.credits_applied_minor as credits_applied, i.early_discount_minor as early_discount,
  case when r.options ? 'rounding' then (r.options ->> 'cash_increment_minor')::bigint
       else s.cash_increment_minor end as cash_increment,
  coalesce(jsonb_typeof(q.request -> 'due_date') <> 'null', false) as is_due_date_given,
  array(
    select g.amount_minor from rounding_credit g
    where g.invoice_id = i.invoice_id
    order by g.of_invoice_id) as roundings_given_back
from unnest($1::bigint[]) with ordinality as w (invoice_id, place)
join invoice i on i.invoice_id = w.invoice_id
join seller s on s.seller_id = i.seller_id
join customer k on k.customer_id = i.customer_id
left join run r on r.run_id = i.run_id
left join invoice_request q on q.invoice_id = i.invoice_id
left join invoice_number n on n.invoice_id = i.invoice_id
order by w.place;
