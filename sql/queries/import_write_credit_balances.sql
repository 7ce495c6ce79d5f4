-- Grants what customers bring along as credit (RULES 1.12, money). $1 now timestamptz.
insert into credit (customer_id, kind, currency, amount_minor, granted_on)
select r.id, 'money', coalesce(r.currency, s.currency),
       (r.credit_balance * 10::numeric ^ r.digits)::bigint, ($1 at time zone r.zone)::date
from import_customer r
join seller s on s.seller_id = r.seller_id
where not r.known and r.credit_balance > 0 and not exists (select from import_error e
  where e.line = r.line)
order by r.id;
