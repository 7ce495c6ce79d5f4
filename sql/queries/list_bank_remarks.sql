-- What a pain.002 message says that nobody here can act on: statuses that are none of ISO 20022 or
-- want a person, counts and sums that are not the file's, and what it rejects since the bank has it
-- already.
-- $1 its text, $2 its namespace text, $3 bank_file_id bigint.
-- Out, in order: subject (of what it is said), reason (status_unknown, status_missing,
-- sums_differ, sent_twice), told text: what the bank says.
-- Index: bank_file_pkey, bank_block_pkey.
with doc as materialized (
  select xmlparse(document $1::text) as doc
), part (subject, status, own_reasons, count, sum, rejected, said_rejected, ours, our_sum, reason,
    is_debit)
  as materialized (
  select 'file ' || f.message_id, nullif(g.status, ''), 0, g.count, g.sum,
    case when g.status is distinct from 'RJCT' and g.blocks = 0 then g.rejected end,
    g.said_rejected, f.debit_count, f.sum_minor, g.reason, false
  from doc, xmltable(xmlnamespaces($2::text as p), '/p:Document/p:CstmrPmtStsRpt'
    passing doc.doc columns
    status text path 'normalize-space(p:OrgnlGrpInfAndSts/p:GrpSts)',
    reason text path '(p:OrgnlGrpInfAndSts/p:StsRsnInf/p:Rsn/*)[1]',
    count text path 'p:OrgnlGrpInfAndSts/p:OrgnlNbOfTxs',
    sum text path 'p:OrgnlGrpInfAndSts/p:OrgnlCtrlSum',
    blocks integer path
      'count(p:OrgnlPmtInfAndSts[normalize-space(p:PmtInfSts)="RJCT"])',
    rejected integer path
      'count(p:OrgnlPmtInfAndSts/p:TxInfAndSts[normalize-space(p:TxSts)="RJCT"])',
    said_rejected text path
      'p:OrgnlGrpInfAndSts/p:NbOfTxsPerSts[normalize-space(p:DtldSts)="RJCT"][1]/p:DtldNbOfTxs') g
  cross join bank_file f
  where f.bank_file_id = $3
  union all
  select 'block ' || bank_quote(b.payment_id), nullif(b.status, ''), b.reasons, b.count, b.sum,
    case when b.status is distinct from 'RJCT' and b.group_status <> 'RJCT' then b.rejected end,
    b.said_rejected, o.debit_count, o.sum_minor, b.reason, false
  from doc, xmltable(xmlnamespaces($2::text as p),
    '/p:Document/p:CstmrPmtStsRpt/p:OrgnlPmtInfAndSts' passing doc.doc columns
    payment_id text path 'p:OrgnlPmtInfId',
    status text path 'normalize-space(p:PmtInfSts)',
    group_status text path 'normalize-space(../p:OrgnlGrpInfAndSts[1]/p:GrpSts)',
    reasons integer path 'count(p:StsRsnInf)',
    reason text path '(p:StsRsnInf/p:Rsn/*)[1]',
    count text path 'p:OrgnlNbOfTxs',
    sum text path 'p:OrgnlCtrlSum',
    rejected integer path 'count(p:TxInfAndSts[normalize-space(p:TxSts)="RJCT"])',
    said_rejected text path
      'p:NbOfTxsPerSts[normalize-space(p:DtldSts)="RJCT"][1]/p:DtldNbOfTxs') b
  left join bank_block o on o.payment_id = b.payment_id and o.bank_file_id = $3
  union all
  select 'debit ' || bank_quote(t.end_to_end_id), nullif(t.status, ''), t.reasons, null, null,
    null, null, null, null, t.reason, true
  from doc, xmltable(xmlnamespaces($2::text as p),
    '/p:Document/p:CstmrPmtStsRpt/*/p:TxInfAndSts' passing doc.doc columns
    end_to_end_id text path 'p:OrgnlEndToEndId',
    status text path 'normalize-space(p:TxSts)',
    reasons integer path 'count(p:StsRsnInf)',
    reason text path '(p:StsRsnInf/p:Rsn/*)[1]') t
), whole as materialized (
  select p.reason from part p where p.status = 'RJCT' and not p.is_debit
)
select p.subject, r.reason, r.told
from part p
cross join lateral (values
  (p.status not in ('ACCC', 'ACCP', 'ACSC', 'ACSP', 'ACTC', 'ACWC', 'ACWP', 'PART', 'PATC', 'PDNG',
    'PRES', 'RCVD', 'RJCT'), 'status_unknown', bank_quote(p.status)),
  (p.status is null and p.own_reasons > 0
    -- What is rejected as a whole needs no status of its parts.
    and not exists (select from whole w),
    'status_missing', 'a reason and no status'),
  (p.status = 'RJCT' and bank_has_it(btrim(p.reason))
    and (not p.is_debit or not exists (select from whole w where bank_has_it(btrim(w.reason)))),
    'sent_twice', bank_quote(p.reason)),
  (p.ours is not null and bank_number(p.count) <> p.ours, 'sums_differ',
    format('OrgnlNbOfTxs %s, ours %s', bank_quote(p.count), p.ours)),
  (p.ours is not null and bank_number(p.sum) * 100 <> p.our_sum, 'sums_differ',
    format('OrgnlCtrlSum %s, ours %s', bank_quote(p.sum), round(p.our_sum / 100.0, 2))),
  (bank_number(p.said_rejected) <> p.rejected, 'sums_differ',
    format('%s rejected by DtldNbOfTxs, %s listed', bank_quote(p.said_rejected),
      p.rejected))
  ) r (holds, reason, told)
where r.holds
order by p.subject, r.reason, r.told
