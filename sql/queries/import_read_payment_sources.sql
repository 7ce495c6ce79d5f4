-- Reads the payment sources of customers from good lines. One that a customer has, or had, is the
-- same one, whatever else is told of it.
-- Index: payment_source_same_key.
insert into import_payment_source (line, customer_id, source_id, is_same, object, gateway, token,
  brand, last4, exp_month, exp_year, mandate)
select r.line, r.id, p.payment_source_id,
       coalesce(p.removed_at is null
         and (p.object, p.gateway, p.token, p.brand, p.last4, p.exp_month, p.exp_year, p.mandate)
           is not distinct from (s.object, s.gateway, btrim(s.token), s.brand, s.last4, s.exp_month,
             s.exp_year, s.mandate)
         and p.payment_source_id is not null, false),
       s.object, s.gateway, btrim(s.token), s.brand, s.last4, s.exp_month, s.exp_year, s.mandate
from import_customer r
join import_part part on part.line = r.line and part.object = 'payment_source'
cross join lateral jsonb_to_record(part.doc) as s (
  object text, gateway text, token text, brand text, last4 text, exp_month numeric,
    exp_year numeric, mandate jsonb)
left join payment_source p on p.customer_id = r.id and r.known and p.gateway = s.gateway
  and payment_source_key(p.object, p.token, p.mandate)
    = payment_source_key(s.object, s.token, s.mandate)
where not exists (select from import_error e where e.line = r.line);
