-- The gateways of payment sources that are in use. Out: gateway text.
select distinct s.gateway
from payment_source s
where s.removed_at is null
order by s.gateway
