-- Checks the taxes and discounts of invoices and of their lines: ids, or amounts (RULES 0.9, 1.3).
with holder as (
  select v.line, 0 as position, '' as path, v.taxes, v.discounts, v.currency, v.digits, v.date
  from import_invoice v
  union all
  select r.line, r.position, 'items.' || r.position - 1 || '.', r.taxes, r.discounts, v.currency,
    v.digits, v.date
  from import_invoice_item r
  join import_invoice v on v.line = r.line
), discount as (
  select h.line, h.position, h.path || 'discounts.' || d.place - 1 as path, d.place, d.one,
    c.coupon_id, c.max_redemptions, c.redemptions, h.digits, h.currency,
    c.is_percent or c.currency = h.currency as is_of_currency, c.expiration_date < h.date as is_old,
    c.exclusive and jsonb_array_length(h.discounts) > 1 as is_alone, h.date
  from holder h
  cross join lateral jsonb_array_elements(h.discounts) with ordinality d (one, place)
  left join coupon c on jsonb_typeof(d.one) = 'string' and c.code = d.one #>> '{}'
)
insert into import_error (line, fault)
select h.line, h.path || 'taxes.' || tax.place - 1
         || case when t.tax_rate_id is not null then '|a tax in the currency of the invoice'
           else '|the id of a tax rate, or {"amount": 3.85}|tax_rate' end
from holder h
cross join lateral jsonb_array_elements(h.taxes) with ordinality tax (one, place)
left join tax_rate t on jsonb_typeof(tax.one) = 'string' and t.code = tax.one #>> '{}'
where case jsonb_typeof(tax.one)
    when 'object' then not pg_temp.import_is_amount(tax.one, h.digits)
    else t.tax_rate_id is null or not t.is_percent and t.currency <> h.currency end
union all
select h.line, h.path || 'taxes.' || tax.place - 1 || '|a tax that '
  || case when h.position > 0 then 'is not on the invoice too'
     else 'does not occur twice' end
from holder h
cross join lateral jsonb_array_elements(h.taxes) with ordinality tax (one, place)
where jsonb_typeof(tax.one) = 'string'
  and exists (
    select from holder o
    cross join lateral jsonb_array_elements(o.taxes) with ordinality other (one, place)
    where o.line = h.line and o.position in (0, h.position) and other.one = tax.one
      and (o.position, other.place) < (h.position, tax.place))
union all
select h.line, h.path || 'taxes.' || clash - 1
         || '|a tax that is not both within the price and on top of it'
from holder h
cross join lateral pg_temp.import_tax_clash(h.taxes) clash
where jsonb_array_length(h.taxes) > 1 and clash is not null
union all
select d.line, d.path || '|'
         || case when d.is_of_currency and d.is_old
              then 'a coupon that has not expired on ' || d.date
              when d.is_of_currency and d.is_alone then 'a coupon that others may stand beside'
              else 'the id of a coupon in the currency of the invoice, or {"amount": 3.85}|coupon'
            end
from discount d
where case jsonb_typeof(d.one)
    when 'string' then (d.is_of_currency and not d.is_alone and d.is_old is not true) is not true
    when 'object' then not pg_temp.import_is_amount(d.one, d.digits)
    else true end
union all
select taken.line, taken.path || '|a coupon with redemptions left'
from (
  select d.line, d.path, d.max_redemptions, d.redemptions + row_number() over (
      partition by d.coupon_id order by d.line, d.position, d.place) as redemption
  from discount d
  where d.max_redemptions > 0
) taken
where taken.redemption > taken.max_redemptions;
