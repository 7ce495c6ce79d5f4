-- Finds whose payments they are: of whom the invoices are, else of who pays for the customer; and
-- those that are recorded already, by customer, method and reference. $1 now timestamptz.
-- Index: customer_pkey, payment_reference_key.
with owned as (
  select y.line,
    case when count(i.invoice_id) > 0
      then case when min(i.customer_id) = max(i.customer_id) then min(i.customer_id) end
      else coalesce(
        (select case when c.bill_parent then c.parent_customer_id end from customer c
         where c.customer_id = y.customers[1] and cardinality(y.customers) = 1),
        case when cardinality(y.customers) = 1 then y.customers[1] end)
      end as customer_id,
    count(distinct i.customer_id) as owners
  from import_payment y
  left join import_payment_invoice p on p.line = y.line
  left join invoice i on cardinality(p.invoices) = 1 and i.invoice_id = p.invoices[1]
  group by y.line, y.customers
)
update import_payment y
set customer_id = o.customer_id, owners = o.owners, today = s.today,
    closed_through = s.closed_through, received_on = pg_temp.import_day(y.day, s.time_zone),
    payment_id = k.payment_id,
    is_same = k.amount_minor = y.amount * 10::numeric ^ y.digits and k.currency = y.currency
      and k.received_on = pg_temp.import_day(y.day, s.time_zone)
from owned o
left join customer c on c.customer_id = o.customer_id
left join lateral (
  select ($1 at time zone e.time_zone)::date as today, e.closed_through, e.time_zone
  from seller e where e.seller_id = c.seller_id) s on true
cross join lateral (select y2.method, y2.reference from import_payment y2 where y2.line = o.line) r
left join payment k on k.customer_id = o.customer_id and k.method = r.method
  and k.reference = r.reference
where y.line = o.line;
