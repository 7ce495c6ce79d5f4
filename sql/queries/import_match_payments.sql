-- Finds the invoices that payments are for: those they name by id or number, else those whose
-- numbers stand in their reference; of the customer that is named, if one is.
-- Index: invoice_pkey, invoice_number_number_key.
with word as (
  select p.line, p.position, p.path || '.invoice' as field, p.doc ->> 'invoice' as name,
    jsonb_typeof(p.doc -> 'invoice') = 'string' as may_be_number,
    (p.doc ->> 'amount')::numeric as amount
  from import_part p
  where p.object = 'payment_invoice'
  union all
  select l.line, 0, 'invoice', l.doc ->> 'invoice',
    jsonb_typeof(l.doc -> 'invoice') = 'string', null
  from import_line l
  where l.object = 'payment' and l.doc ->> 'invoice' is not null
), searched as (
  select y.line, min(t.position) as position, btrim(t.word, '.,;:()#') as name
  from import_payment y
  cross join lateral regexp_split_to_table(y.reference, '[[:space:],;:()]+')
    with ordinality t (word, position)
  where y.line not in (select line from word)
  group by y.line, btrim(t.word, '.,;:()#')
)
insert into import_payment_invoice (line, position, field, name, amount, invoices)
select w.line, w.position, w.field, w.name, w.amount, coalesce((
    select array_agg(i.invoice_id order by i.invoice_id)
    from invoice i
    where i.invoice_id in (
        select m.invoice_id from invoice_number m
        where m.seller_id = any (array(select s.seller_id from seller s)) and m.number = w.name
          and w.may_be_number
        union
        select pg_temp.import_id(case when w.name ~ '^[0-9]{1,18}$' then w.name::numeric end))
      and (not y.is_named or i.customer_id = any(y.allowed))), '{}')
from word w
join import_payment y on y.line = w.line
union all
select s.line, s.position, 'reference', s.name, null, f.invoices
from searched s
join import_payment y on y.line = s.line
cross join lateral (
  select array_agg(i.invoice_id order by i.invoice_id) as invoices
  from invoice_number m
  join invoice i on i.invoice_id = m.invoice_id
  where m.seller_id = any (array(select e.seller_id from seller e)) and m.number = s.name
    and (not y.is_named or i.customer_id = any(y.allowed))
) f
where f.invoices is not null;
