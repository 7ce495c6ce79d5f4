-- Opens the days after a day again; what is recognised stays so (RULES 0.11).
-- $1 seller_ids bigint[], $2 through date
-- Out: seller_id bigint of those that were closed further, in no order.
update seller
set closed_through = $2
where seller_id = any($1) and closed_through > $2
returning seller_id
