-- What is still owed as an import takes open invoices: to the balance what it is here, but for the
-- payments that are written beside it (export_payments.sql). A line is its price by its quantity
-- where that is exactly what it comes to, else one of its net; taxes are a sum. What else than such
-- payments has settled of it, and cash rounding, are lines. One with a charge on its way stays
-- behind, so that it is not charged twice.
-- AutoPay is left only where charges are due; who bore a late fee is not chased, since the steps
-- begin anew; the discount of early payment ends where some of it is settled.
-- $1 seller text: only its, null for all. Out: line text, an object each, in order of id.
-- Index: invoice_unsettled_idx, invoice_line_pkey, settlement_invoice_idx.
select json_strip_nulls(json_build_object(
  'object', 'invoice', 'id', i.invoice_id, 'customer', i.customer_id, 'number', (
    select n.number from invoice_number n where n.invoice_id = i.invoice_id),
  'name', i.name, 'currency', i.currency, 'date', i.invoice_date,
  'due_date', coalesce(i.amended_due_date, i.due_date, case
    when term.text = 'due on receipt' or i.autopay and not charge.is_due and i.attempt_count > 0
      then i.invoice_date end),
  'payment_terms', term.text, 'autopay', charge.is_due,
  'chase', i.chase and not i.missed
    and not exists (select from late_fee f where f.invoice_id = i.invoice_id),
  'closed', nullif(i.closed, false), 'items', (
    select json_agg(p.item order by p.place)
    from (
      select l.line_no as place, json_build_object(
        'name', coalesce(nullif(l.name, ''), plan.name, item.name, l.kind),
        'description', coalesce(l.description,
          l.period_start || ' to ' || l.period_end - 1),
        'type', case when plan.plan_id is not null then 'plan'
          else coalesce(l.pricing ->> 'type', item.type) end,
        'quantity', case when exact.is_so then trim_scale(l.quantity)
          when l.net_minor < 0 then -1 else 1 end,
        'unit_cost', case when exact.is_so then trim_scale(l.unit_cost)
          else trim_scale(abs(l.net_minor) * u.minor_unit) end,
        'taxable', case when not (tax.is_sum and l.taxable and l.tax_nos is not null)
          then false end,
        'metadata', l.metadata) as item
      from invoice_line l
      left join price on price.price_id = l.price_id
      left join plan on plan.plan_id = price.plan_id
      left join item on item.item_id = l.item_id
      cross join lateral (select l.quantity * l.unit_cost = l.net_minor * u.minor_unit
        and l.unit_cost >= 0 as is_so) exact
      where l.invoice_id = i.invoice_id
      union all
      select 1000000 + o.place, json_build_object('name', o.name, 'quantity', sign(o.minor),
        'unit_cost', trim_scale(abs(o.minor) * u.minor_unit), 'taxable', false)
      from (values (1, 'Tax', case when tax.is_sum then 0 else tax.minor end),
        (2, 'Rounding', i.rounding_minor),
        (3, 'Settled before', paid.minor - i.settled_minor)) o (place, name, minor)
      where o.minor <> 0
    ) p),
  'taxes', case when tax.is_sum
    then json_build_array(json_build_object('amount', trim_scale(tax.minor * u.minor_unit))) end,
  'notes', i.notes, 'metadata', nullif(i.metadata, '{}'),
  'disabled_payment_methods', nullif(i.disabled_payment_methods, '{}')))::text as line
from invoice i
join customer c on c.customer_id = i.customer_id
join seller s on s.seller_id = i.seller_id
join currency u on u.code = i.currency
cross join lateral (
  select i.autopay and not i.missed and i.next_payment_attempt_on is not null as is_due) charge
cross join lateral (
  select coalesce(i.amended_payment_terms, i.payment_terms) as text) agreed
cross join lateral (
  select case
    when agreed.text ~* '^ ?auto ?pay ?$' and not charge.is_due then 'due on receipt'
    when agreed.text is null and c.payment_terms is not null
      then case when charge.is_due then 'AutoPay' else 'due on receipt' end
    when i.settled_minor > 0 then regexp_replace(agreed.text, '^ *[0-9.]+% +[0-9]+ +', '')
    else agreed.text end as text) term
cross join lateral (
  select coalesce(sum(t.amount_minor), 0) as minor, coalesce(sum(t.amount_minor), 0) > 0
      and exists (select from invoice_line l where l.invoice_id = i.invoice_id and l.taxable
        and l.tax_nos is not null) as is_sum
  from invoice_tax t
  where t.invoice_id = i.invoice_id) tax
cross join lateral (
  select coalesce(sum(t.amount_minor), 0) as minor
  from settlement t
  join payment y on y.payment_id = t.payment_id
  where t.invoice_id = i.invoice_id and t.kind = 'payment'
    and (s.closed_through is null or y.received_on > s.closed_through)) paid
where i.kind = 'invoice' and i.state = 'open'
  and i.settled_minor < i.total_minor + i.rounding_minor
  and not exists (select from payment_attempt a
    where a.invoice_id = i.invoice_id and a.state in ('intended', 'pending', 'unknown'))
  and ($1::text is null or s.code = $1)
order by i.invoice_id
