-- The dry runs that are at work or were killed, and whether they are their seller's newest run: a
-- later one has begun since the former let go of the seller.
-- Out: run_id, seller_id bigint, is_newest boolean, in order of run_id. Index: run_one_open_key.
select r.run_id, r.seller_id,
  not exists (select from run n where n.seller_id = r.seller_id and n.run_id > r.run_id)
    as is_newest
from run r
where r.kind = 'dry'
order by r.run_id
