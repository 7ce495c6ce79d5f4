-- The name of the account that the simulated gateway charges for.
-- id text
select a.id
from simulated_gateway.account a
order by a.id
limit 1
