-- Removes the dry runs of a seller: what they did was taken back, and their manifests tell of it.
-- $1 seller_id bigint. Index: run_batch_pkey.
with gone as (
  delete from run_batch b
  using run r
  where r.run_id = b.run_id and r.seller_id = $1 and r.kind = 'dry'
)
delete from run where seller_id = $1 and kind = 'dry'
