-- The newest run of each seller, in the order of their codes.
-- Out: run_id bigint.
select r.run_id
from seller s
cross join lateral (select x.run_id from run x where x.seller_id = s.seller_id
                    order by x.run_id desc limit 1) r
order by s.code;
