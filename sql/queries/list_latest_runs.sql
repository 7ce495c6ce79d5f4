-- The newest run of each seller, in the order of their codes.
-- $1 seller text, null for all. Out: run_id bigint.
select r.run_id
from seller s
cross join lateral (select x.run_id from run x where x.seller_id = s.seller_id
                    order by x.run_id desc limit 1) r
where $1::text is null or s.code = $1
order by s.code;
