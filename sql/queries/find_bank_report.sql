-- What a file of a bank is known by, and when all of it was read before.
-- $1 content bytea. Out: fingerprint bytea, read_on text (in UTC; null for never).
-- Index: bank_report_pkey.
select f.fingerprint, to_char(r.read_at at time zone 'UTC', 'YYYY-MM-DD') as read_on
from (select sha256($1::bytea) as fingerprint) f
left join bank_report r on r.fingerprint = f.fingerprint and r.is_whole
