-- Locks sellers against all who book, until the transaction ends: journal_books_open waits.
-- $1 seller_ids bigint[]
-- Out: seller_id bigint, closed_through, recognised_through date, in order of seller_id.
select s.seller_id, s.closed_through, s.recognised_through
from seller s
where s.seller_id = any($1)
order by s.seller_id
for update;
