-- A file to a bank, and each of its blocks, has as many debits as it says, and their sum; a debit
-- is of an attempt of the file's gateway and seller, and of its amount; what a bank has collected
-- is booked as settled no sooner than approved (RULES 4, 7).
-- Index: bank_debit_block_idx, payment_attempt_pkey.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with block as materialized (
  select b.bank_file_id, b.block, b.debit_count, b.sum_minor, count(a.payment_attempt_id) as count,
    coalesce(sum(a.amount_minor), 0) as sum,
    count(*) filter (where a.amount_minor <> d.amount_minor or a.gateway <> f.gateway
      or i.seller_id <> f.seller_id or a.currency <> 'eur'
      or d.settled_on is not null and a.state not in ('approved', 'returned')) as foreign_debits
  from bank_block b
  join bank_file f on f.bank_file_id = b.bank_file_id
  left join bank_debit d on d.bank_file_id = b.bank_file_id and d.block = b.block
  left join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
  left join invoice i on i.invoice_id = a.invoice_id
  group by b.bank_file_id, b.block
), wrong as materialized (
  select b.bank_file_id as id,
    case when b.foreign_debits > 0
        then format('block %s has %s debits that are not as in their attempts', b.block,
          b.foreign_debits)
      else format('block %s says %s debits of %s, it has %s of %s', b.block, b.debit_count,
        b.sum_minor, b.count, b.sum) end as problem
  from block b
  where b.foreign_debits > 0 or (b.debit_count, b.sum_minor) <> (b.count, b.sum)
  union all
  select f.bank_file_id, format('it says %s debits of %s, its blocks %s of %s', f.debit_count,
    f.sum_minor, coalesce(t.count, 0), coalesce(t.sum, 0))
  from bank_file f
  left join (
    select b.bank_file_id, sum(b.debit_count) as count, sum(b.sum_minor) as sum
    from bank_block b group by b.bank_file_id) t on t.bank_file_id = f.bank_file_id
  where (f.debit_count, f.sum_minor) is distinct from (t.count, t.sum)
)
select (select count(*) from bank_file) as looked_at,
  (select count(*) from wrong) as wrong, 'bank_file' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
