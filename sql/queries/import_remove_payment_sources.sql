-- Marks payment sources removed that another one replaces or that are taken away.
update payment_source p
set removed_at = clock_timestamp()
from import_customer r
left join import_payment_source s on s.line = r.line
where r.known and p.customer_id = r.id and p.removed_at is null
  and (r.source = 'remove'
    or r.source = 'set' and s.line is not null and s.source_id is distinct from p.payment_source_id)
  and not exists (select from import_error e where e.line = r.line);
