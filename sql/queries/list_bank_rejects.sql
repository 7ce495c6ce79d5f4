-- The debits that a pain.002 message rejects: one by one, a block at a time, or the whole file.
-- What the bank rejects since it has it already stands: list_bank_remarks.sql tells of it.
-- $1 its text, $2 its namespace text, $3 bank_file_id bigint, $4 boolean: that, and no other.
-- Out, in order: payment_attempt_id bigint (null for one that the file does not have),
-- end_to_end_id text, state text, reason text, debtor text, payment_id bigint (null before it was
-- approved). Index: bank_debit_end_to_end_key, bank_debit_block_idx, payment_of_attempt_key.
with doc as materialized (
  select xmlparse(document $1::text) as doc
), told (payment_id, end_to_end_id, reason, level) as (
  select null::text, null::text, coalesce(g.code, g.proprietary), 3
  from doc, xmltable(xmlnamespaces($2::text as p),
    '/p:Document/p:CstmrPmtStsRpt/p:OrgnlGrpInfAndSts[normalize-space(p:GrpSts)="RJCT"]'
    passing doc.doc columns
    code text path 'p:StsRsnInf[1]/p:Rsn/p:Cd',
    proprietary text path 'p:StsRsnInf[1]/p:Rsn/p:Prtry') g
  union all
  select b.payment_id, null, coalesce(b.code, b.proprietary), 2
  from doc, xmltable(xmlnamespaces($2::text as p),
    '/p:Document/p:CstmrPmtStsRpt/p:OrgnlPmtInfAndSts[normalize-space(p:PmtInfSts)="RJCT"]'
    passing doc.doc columns
    payment_id text path 'p:OrgnlPmtInfId',
    code text path 'p:StsRsnInf[1]/p:Rsn/p:Cd',
    proprietary text path 'p:StsRsnInf[1]/p:Rsn/p:Prtry') b
  union all
  select null, t.end_to_end_id, coalesce(t.code, t.proprietary), 1
  from doc, xmltable(xmlnamespaces($2::text as p),
    '/p:Document/p:CstmrPmtStsRpt/*/p:TxInfAndSts[normalize-space(p:TxSts)="RJCT"]'
    passing doc.doc columns
    end_to_end_id text path 'p:OrgnlEndToEndId',
    code text path 'p:StsRsnInf[1]/p:Rsn/p:Cd',
    proprietary text path 'p:StsRsnInf[1]/p:Rsn/p:Prtry') t
), hit as (
  select d.payment_attempt_id, d.end_to_end_id, t.reason, t.level
  from told t
  join bank_debit d on d.bank_file_id = $3
  where t.level = 3
  union all
  select d.payment_attempt_id, d.end_to_end_id, t.reason, t.level
  from told t
  left join bank_block b on b.payment_id = t.payment_id and b.bank_file_id = $3
  left join bank_debit d on d.bank_file_id = b.bank_file_id and d.block = b.block
  where t.level = 2
  union all
  select d.payment_attempt_id, coalesce(d.end_to_end_id, t.end_to_end_id), t.reason, t.level
  from told t
  left join bank_debit d on d.bank_file_id = $3
    and d.end_to_end_id = regexp_replace(lower(t.end_to_end_id), '\s', '', 'g')
  where t.level = 1
), rejected as (
  -- What gives no reason of its own has that of the whole.
  select h.payment_attempt_id, h.end_to_end_id,
    coalesce((array_agg(h.reason order by h.level) filter (where h.reason is not null))[1], 'MS03')
      as reason
  from hit h
  group by h.payment_attempt_id, h.end_to_end_id
)
select r.payment_attempt_id, bank_quote(r.end_to_end_id) as end_to_end_id, a.state, r.reason,
  bank_quote(a.request -> 'debit' ->> 'debtor') as debtor, p.payment_id
from rejected r
left join payment_attempt a on a.payment_attempt_id = r.payment_attempt_id
left join payment p on p.payment_attempt_id = r.payment_attempt_id
where bank_has_it(r.reason) = $4
order by r.payment_attempt_id, r.end_to_end_id
