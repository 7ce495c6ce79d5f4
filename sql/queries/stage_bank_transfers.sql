-- Puts transfers of a camt message that no file told of before where an import finds what payments
-- are for: by the numbers in their texts.
insert into import_line (line, doc)
select t.place, jsonb_build_object('object', 'payment', 'amount', t.amount_minor / 100.0,
  'currency', 'eur', 'date', t.booked_on, 'method', 'bank_transfer',
  'reference', coalesce(nullif(concat_ws(' ', t.remittance, t.end_to_end_id), ''), '-'))
from bank_item t
where t.kind = 'transfer'
order by t.place
