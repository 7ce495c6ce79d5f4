-- The runs, the newest first.
-- $1 seller text, null for all; $2 limit bigint, null for all; $3 run_ids int8[] to leave out
-- Out: run_id bigint.
select r.run_id
from run r
join seller s on s.seller_id = r.seller_id
where ($1::text is null or s.code = $1) and r.run_id <> all ($3::bigint[])
order by r.run_id desc
limit $2;
