-- The fields that a change of an invoice may have: those of the seeds' update call, and sent.
with object as (
  insert into import_object (object, keys) values ('invoice_change', '{}')
)
insert into import_field (object, field, type, required, part)
select 'invoice_change', f.field, f.type, false, f.part
from import_field f
where f.object = 'invoice' and f.field not in ('customer', 'id')
union all
values ('invoice_change', 'sent', 'boolean', false, null);
