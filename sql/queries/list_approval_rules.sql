-- For what sellers want a second person.
-- Out, in order: seller, operation, above (major units, null for all), set_by text.
select s.code as seller, r.operation, r.above::text as above, r.set_by
from approval_rule r
join seller s on s.seller_id = r.seller_id
order by s.code, r.operation
