-- How far books are closed and recognised.
-- $1 seller text, null for all
-- Out: seller_id bigint, seller, recognition text, closed_through, recognised_through date, in
-- order of seller_id. Index: seller_code_key.
select s.seller_id, s.code as seller, s.revenue_recognition as recognition, s.closed_through,
  s.recognised_through
from seller s
where $1::text is null or s.code = $1
order by s.seller_id
