-- Names what no file told of before, and the payments that are staged: by account, the bank's
-- reference or what it says, and the how manieth so called it is.
-- Index: bank_entry_ref_idx, bank_entry_digest_idx.
with called as (
  select t.place, right(t.account, 4) as account, coalesce(t.bank_ref, t.digest) as name
  from bank_item t
  where t.kind in ('transfer', 'listed')
), named as (
  update bank_item t
  set entry_key = concat_ws(' ', n.account, n.name, n.turn)
  from (
    select c.*, row_number() over (partition by c.account, c.name order by c.place) + (
        select count(*) from bank_entry e
        where e.account = c.account and (e.bank_ref = c.name or e.digest = c.name)) as turn
    from called c
  ) n
  where n.place = t.place
  returning t.place, t.entry_key
)
update import_payment y
set reference = n.entry_key
from named n
where n.place = y.line
