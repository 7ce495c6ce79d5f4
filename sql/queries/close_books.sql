-- Closes the books of sellers through a day, unless they are further already.
-- $1 seller_ids bigint[], $2 through date
update seller
set closed_through = greatest(closed_through, $2),
  recognised_through = greatest(recognised_through, $2)
where seller_id = any($1)
