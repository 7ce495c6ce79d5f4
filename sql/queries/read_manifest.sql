-- What a manifest's lines say of the whole, after they were taken in.
-- Out: seller, as_of, invoice_date, books, kind text and the parts of its catch-up policy (nulls
-- without a first line), accounts bigint,
-- fingerprint and digest text as the last line has them (nulls without one), found bigint (accounts
-- that there are), found_fingerprint text, strange bigint (lines that are neither, or that have not
-- the fields of an account).
with account as (
  select (t.doc ->> 'customer')::bigint as customer_id, t.doc ->> 'outcome' as outcome,
    decode(t.doc ->> 'outputs', 'hex') as outputs
  from manifest_text t
  where t.doc ->> 'object' = 'account'
), bucket as (
  select a.customer_id / 10000 as bucket,
    sha256(string_agg(a.outputs, ''::bytea order by a.customer_id)) as digest
  from account a where a.outcome = 'invoiced' group by 1
)
select h.doc ->> 'seller' as seller, h.doc ->> 'as_of' as as_of,
  h.doc ->> 'invoice_date' as invoice_date, h.doc ->> 'books' as books,
  h.doc ->> 'kind' as kind,
  c.doc ->> 'policy' as policy, (c.doc ->> 'limit')::bigint as policy_limit,
  c.doc ->> 'reason' as policy_reason, c.doc ->> 'from' as bills_from,
  c.doc ->> 'earlier' as earlier,
  c.doc ->> 'to' as bills_to, c.doc ->> 'collecting' as collecting,
  (c.doc ->> 'sweeps_items')::boolean as sweeps_items,
  (e.doc ->> 'accounts')::bigint as accounts, e.doc ->> 'fingerprint' as fingerprint,
  e.doc ->> 'digest' as digest,
  (select count(distinct a.customer_id) from account a) as found,
  'sha256:' || encode(sha256(coalesce((
    select string_agg(b.digest, ''::bytea order by b.bucket) from bucket b), ''::bytea)), 'hex')
    as found_fingerprint,
  (select count(*) from manifest_text t
    where case t.doc ->> 'object' when 'manifest' then false when 'manifest_end' then false
      when 'account' then not t.doc ?& array['customer', 'outcome', 'inputs', 'outputs']
      else true end) as strange
from (values (1)) one (row)
left join manifest_text h on h.doc ->> 'object' = 'manifest'
left join lateral (select h.doc -> 'catch_up' as doc) c on true
left join manifest_text e on e.doc ->> 'object' = 'manifest_end'
limit 1
