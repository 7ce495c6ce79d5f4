-- Lines that were billed at a version of a tax rate which is not that of their tax date any more,
-- and of which something is left to credit (RULES 1.5).
-- $1 seller code, null for all. Out: invoice_id, number text, customer_id, line_no, tax_date date,
-- tax_rate text, value and valid_value numeric: per cent or a fixed amount in major units, the
-- latter null where no version is in force. In order of invoice_id, line_no, tax_no.
-- Index: tax_rate_version_pkey, invoice_line_pkey, line_credit_of_idx.
with versioned as (
  select v.tax_rate_version_id, r.tax_rate_id, r.code, v.value
  from tax_rate_version v
  join tax_rate r on r.tax_rate_id = v.tax_rate_id
)
select i.invoice_id, n.number, i.customer_id, l.line_no, l.tax_date, v.code as tax_rate, v.value,
  w.value as valid_value
from invoice_tax t
join versioned v on v.tax_rate_version_id = t.tax_rate_version_id
join invoice i on i.invoice_id = t.invoice_id
join invoice_number n on n.invoice_id = i.invoice_id
join seller s on s.seller_id = i.seller_id
join invoice_line l on l.invoice_id = t.invoice_id and t.tax_no = any(l.tax_nos)
left join lateral (
  select x.tax_rate_version_id, x.value
  from tax_rate_version x
  where x.tax_rate_id = v.tax_rate_id and x.valid_from <= l.tax_date
    and l.tax_date < x.valid_until
  order by x.valid_from desc, x.tax_rate_version_id desc
  limit 1) w on true
where i.kind = 'invoice' and i.state not in ('draft', 'voided', 'canceled', 'reversed')
  and l.kind <> 'credit' and l.net_minor <> 0 and ($1::text is null or s.code = $1)
  and w.tax_rate_version_id is distinct from t.tax_rate_version_id
  and w.value is distinct from v.value
  and l.amount_minor - l.discount_minor - l.invoice_discount_minor <> coalesce((
    select sum(c.amount_minor) from line_credit c
    where c.of_invoice_id = l.invoice_id and c.of_line_no = l.line_no and c.undone_at is null), 0)
order by i.invoice_id, l.line_no, t.tax_no
