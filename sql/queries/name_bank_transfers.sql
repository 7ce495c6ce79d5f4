-- Names staged transfers by what the bank knows them by, now that their texts were searched: two
-- may have the same text.
update import_payment y
set reference = t.entry_key
from bank_item t
where t.place = y.line
