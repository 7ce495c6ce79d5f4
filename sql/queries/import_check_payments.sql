-- Checks payments: one row a rule; a rule that meets a null holds. What is recorded already is left
-- as it is, if the line says the same.
with named as materialized (
  select p.line, p.position, p.field, p.amount, p.invoices,
    row_number() over (partition by p.line, p.invoices order by p.position) as turn,
    sum(p.amount) over (partition by p.line) as asked
  from import_payment_invoice p
), fresh as (
  select y.*, n.line is not null as names_any,
    row_number() over (partition by y.customer_id, y.method, y.reference order by y.line) as turn
  from import_payment y
  left join (select distinct line from named) n on n.line = y.line
)
insert into import_error (line, fault)
select bad.line, string_to_table(bad.faults, E'\n')
from (
  select r.line, concat_ws(E'\n',
    case when not (not r.is_named or cardinality(r.customers) > 0)
      then 'customer|the id or the number of a customer|customer' end,
    case when not (cardinality(r.customers) < 2)
      then 'customer|an id or a number that only one customer has' end,
    case when not (r.is_named or r.owners > 0 or r.names_any)
      then 'customer|a customer, since neither invoice nor reference tells of one' end,
    case when not (r.owners < 2)
      then 'invoices|invoices of one customer' end,
    case when not (r.amount > 0) then 'amount|an amount above 0' end,
    case when not (r.amount <= 1e15 and r.amount * 10::numeric ^ r.digits < 2::numeric ^ 63)
      then 'amount|at most 10^15, and 9,223,372,036,854,775,807 minor units' end,
    case when not (scale(r.amount) <= r.digits)
      then 'amount|no more digits than the currency has' end,
    case when not (r.digits is not null) then 'currency|a lower-case ISO 4217 code' end,
    case when not (r.received_on is not null or r.customer_id is null)
      then 'date|a day ("2026-12-31") or a UNIX timestamp' end,
    case when not (r.received_on <= r.today) then 'date|no day to come' end,
    case when not (r.received_on > r.closed_through or r.payment_id is not null)
      then 'date|a day after ' || r.closed_through || ', through which the books are closed' end,
    case when not (r.method <> '') then 'method|a text that is not empty' end,
    case when not (r.reference <> '') then 'reference|a text that is not empty' end,
    case when not (r.payment_id is null or r.is_same)
      then 'reference|another one: payment ' || r.payment_id || ' has it, and is not the same' end,
    case when not (r.turn = 1 or r.reference is null or r.customer_id is null)
      then 'reference|one that does not occur twice in one import' end
  ) as faults
  from fresh r
) bad
where bad.faults <> ''
union all
select p.line, p.field || case
    when cardinality(p.invoices) = 0 and y.is_named
      then '|the id or the number of an invoice of the customer|invoice'
    when cardinality(p.invoices) = 0 then '|the id or the number of an invoice|invoice'
    when cardinality(p.invoices) > 1 then '|an id or a number that only one invoice has'
    when i.kind = 'credit_note' or i.state in ('draft', 'canceled') then '|a posted invoice'
    when i.state = 'written_off'
      then '|an invoice that is not written off: billrun payment record --recover'
    when i.currency <> y.currency then '|an invoice in the currency of the payment'
    else '|an invoice that is named once' end
from named p
join import_payment y on y.line = p.line
left join invoice i on cardinality(p.invoices) = 1 and i.invoice_id = p.invoices[1]
where (not y.is_named or cardinality(y.customers) = 1)
  and (y.payment_id is null or not y.is_same)
  and (i.invoice_id is null or i.kind = 'credit_note'
    or i.state in ('draft', 'canceled', 'written_off') or i.currency <> y.currency
    or p.turn > 1)
union all
select p.line, case when p.amount <= 0 or scale(trim_scale(p.amount)) > y.digits
    then replace(p.field, '.invoice', '.amount')
      || '|an amount above 0 with no more digits than the currency has'
    else 'amount|at least the sum of what its invoices get' end
from named p
join import_payment y on y.line = p.line
where p.amount <= 0 or scale(trim_scale(p.amount)) > y.digits
  or p.position = 1 and y.amount < p.asked;
