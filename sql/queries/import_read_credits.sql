-- Reads credits from good lines. $1 now timestamptz.
insert into import_credit (line, customer_id, amount, currency, digits, kind, expires, expires_on,
  granted_on)
select l.line, c.customer_id, trim_scale(r.amount), r.currency, digits.digits,
       coalesce(r.kind, 'money'), r.expires is not null,
       pg_temp.import_day(r.expires, s.time_zone), ($1 at time zone s.time_zone)::date
from import_line l
cross join lateral jsonb_to_record(l.doc) as r (customer numeric, amount numeric, currency text,
  kind text, expires jsonb)
left join customer c on c.customer_id = pg_temp.import_id(r.customer)
left join seller s on s.seller_id = c.seller_id
left join currency digits on digits.code = r.currency
where l.object = 'credit';
