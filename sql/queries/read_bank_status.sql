-- Which file a pain.002 message is about, and what it says of the whole.
-- $1 its text, $2 its namespace text.
-- Out: original text, bank_file_id, seller_id bigint, state text (nulls where it is no file of
-- these books), status, reason text (nulls for none).
-- Index: bank_file_message_key.
select s.original, f.bank_file_id, f.seller_id, f.state, s.status,
  coalesce(s.code, s.proprietary) as reason
from xmltable(xmlnamespaces($2::text as p), '/p:Document/p:CstmrPmtStsRpt/p:OrgnlGrpInfAndSts'
    passing xmlparse(document $1::text) columns
    original text path 'p:OrgnlMsgId',
    status text path 'p:GrpSts',
    code text path 'p:StsRsnInf[1]/p:Rsn/p:Cd',
    proprietary text path 'p:StsRsnInf[1]/p:Rsn/p:Prtry') s
left join bank_file f on f.message_id = s.original
