-- The run that commits, or has committed, a manifest.
-- $1 seller_id bigint, $2 digest text. Out: run_id bigint.
select r.run_id
from run r
where r.seller_id = $1 and r.options ->> 'manifest' = $2
order by r.run_id desc
limit 1
