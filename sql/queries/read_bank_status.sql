-- Which file a pain.002 message is about, and what it says of the whole.
-- $1 its text, $2 its namespace text.
-- Out: original text, bank_file_id bigint (null where it is no file of these books), status text
-- ('' for none), is_known boolean: whether the status is one of ISO 20022.
-- Index: bank_file_message_key.
select s.original, f.bank_file_id, s.status,
  s.status = '' or s.status in ('ACCC', 'ACCP', 'ACSC', 'ACSP', 'ACTC', 'ACWC', 'ACWP', 'PART',
    'PATC', 'PDNG', 'PRES', 'RCVD', 'RJCT') as is_known
from xmltable(xmlnamespaces($2::text as p), '/p:Document/p:CstmrPmtStsRpt/p:OrgnlGrpInfAndSts'
    passing xmlparse(document $1::text) columns
    original text path 'normalize-space(p:OrgnlMsgId)',
    status text path 'normalize-space(p:GrpSts)') s
left join bank_file f on f.message_id = s.original
