-- Puts transfers of a camt message that no file told of before where an import finds what payments
-- are for: by the numbers in their texts.
-- Index: bank_entry_pkey.
insert into import_line (line, doc)
select t.place, jsonb_build_object('object', 'payment', 'amount', t.amount_minor / 100.0,
  'currency', 'eur', 'date', t.booked_on, 'method', 'bank_transfer',
  'reference', coalesce(nullif(concat_ws(' ', t.remittance, t.end_to_end_id), ''), '-'))
from bank_item t
where t.kind = 'transfer' and t.amount_minor > 0
  and not exists (select from bank_entry e where e.entry_key = t.entry_key)
order by t.place
