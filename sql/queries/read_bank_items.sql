-- Reads the transactions of a camt.053 or camt.054 message: what a booking holds, else the booking.
-- The only transaction of a booking has its amount where it says none of its own. The text of a
-- debit is whatever the bank says of it: it may tell what came back anywhere.
-- $1 its text, $2 its namespace text. Index: currency_pkey.
with booking as materialized (
  select n.*, 10::numeric ^ coalesce(c.digits, 2) as minor
  from xmltable(xmlnamespaces($2::text as p), '//p:Ntry'
    passing xmlparse(document $1::text) columns
    booking for ordinality,
    entry xml path '.',
    account text path '../p:Acct[1]/p:Id/p:IBAN',
    statement integer path 'count(../preceding-sibling::p:Stmt) + 1',
    status text path 'normalize-space(p:Sts)',
    booked text path 'normalize-space((p:BookgDt | p:ValDt)[1])',
    amount numeric path 'p:Amt',
    currency text path 'p:Amt/@Ccy',
    sign text path 'normalize-space(p:CdtDbtInd)',
    ref text path 'p:AcctSvcrRef',
    domain text path 'p:BkTxCd/p:Domn/p:Cd',
    family text path 'p:BkTxCd/p:Domn/p:Fmly/p:Cd',
    sub_family text path 'p:BkTxCd/p:Domn/p:Fmly/p:SubFmlyCd',
    own_code text path 'p:BkTxCd/p:Prtry/p:Cd',
    reversal text path 'p:RvslInd',
    batch_ref text path 'p:NtryDtls[1]/p:Btch/p:PmtInfId',
    batch_count text path 'normalize-space(p:NtryDtls[1]/p:Btch/p:NbOfTxs)',
    info xml path 'p:AddtlNtryInf',
    details integer path 'count(p:NtryDtls/p:TxDtls)',
    charges numeric path
      'sum(p:Chrgs/p:Amt[@Ccy="EUR"] | p:Chrgs/p:Rcrd/p:Amt[@Ccy="EUR"])') n
  left join currency c on c.code = lower(n.currency)
), told as (
  select b.statement, b.booking, b.details, b.account, b.currency, b.sign as entry_sign,
    coalesce(nullif(btrim(d.sign), ''), b.sign) as sign, b.status = 'BOOK' as is_booked,
    case when b.status = 'BOOK' then left(b.booked, 10)::date end as booked_on,
    coalesce(d.domain, b.domain) as domain, coalesce(d.family, b.family) as family,
    coalesce(d.sub_family, b.sub_family) as sub_family,
    coalesce(d.own_code, b.own_code) as own_code,
    coalesce(b.reversal in ('true', '1'), false) as reversal,
    round(b.minor * case
      when coalesce(b.details, 0) = 0 then b.amount
      when d.currency = b.currency then d.amount
      when b.details = 1 then b.amount
      when d.instructed_currency = b.currency then d.instructed end)::bigint as amount_minor,
    round(b.minor * b.amount)::bigint as booking_minor,
    round(coalesce(d.charges, 0) * 100)::bigint as charges_minor,
    round(b.charges * 100)::bigint as booking_charges_minor,
    bank_reference(d.end_to_end_id) as end_to_end_id, coalesce(d.payment_ref, b.batch_ref)
      as payment_ref,
    case when b.batch_count ~ '^[0-9]{1,9}$' then b.batch_count::integer end as batch_count,
    bank_reference(d.own_ref) as own_ref, bank_reference(b.ref) as booking_ref,
    coalesce(d.reason, d.reason_text) as return_reason, d.payer,
    upper(regexp_replace(d.payer_account, '\s', '', 'g')) as payer_account,
    upper(regexp_replace(d.payee_account, '\s', '', 'g')) as payee_account,
    regexp_split_to_array(regexp_replace(d.lines::text, '^<[^>]*>\s*|\s*</[^>]*>$', '', 'g'),
      '\s*</[^>]*>\s*<[^>]*>\s*|\s*[\r\n]\s*') as lines,
    nullif(btrim(d.mandate), '') as mandate,
    case when coalesce(nullif(btrim(d.sign), ''), b.sign) = 'CRDT' then xml_words(d.remittance)
      else concat_ws(' ', xml_words(d.remittance), xml_words(d.info), r.refs, xml_words(b.info))
      end as remittance,
    -- What is said of a booking is not of one of its transactions.
    concat_ws(' ', xml_words(d.remittance), xml_words(d.info), r.refs,
      case when b.details <= 1 then xml_words(b.info) end) as said,
    coalesce(d.detail, 0) as detail, k.book
  from booking b
  left join lateral xmltable(xmlnamespaces($2::text as p), '/p:Ntry/p:NtryDtls/p:TxDtls'
    passing b.entry columns
    detail for ordinality,
    amount numeric path '(p:AmtDtls/p:TxAmt/p:Amt | p:Amt)[1]',
    currency text path '(p:AmtDtls/p:TxAmt/p:Amt | p:Amt)[1]/@Ccy',
    instructed numeric path 'p:AmtDtls/p:InstdAmt/p:Amt',
    instructed_currency text path 'p:AmtDtls/p:InstdAmt/p:Amt/@Ccy',
    sign text path 'p:CdtDbtInd',
    domain text path 'p:BkTxCd/p:Domn/p:Cd',
    family text path 'p:BkTxCd/p:Domn/p:Fmly/p:Cd',
    sub_family text path 'p:BkTxCd/p:Domn/p:Fmly/p:SubFmlyCd',
    own_code text path 'p:BkTxCd/p:Prtry/p:Cd',
    charges numeric path
      'sum(p:Chrgs/p:Amt[@Ccy="EUR"] | p:Chrgs/p:Rcrd/p:Amt[@Ccy="EUR"])',
    own_ref text path 'p:Refs/p:AcctSvcrRef',
    end_to_end_id text path 'p:Refs/p:EndToEndId',
    payment_ref text path 'p:Refs/p:PmtInfId',
    reason text path 'p:RtrInf/p:Rsn/p:Cd',
    reason_text text path 'p:RtrInf/p:Rsn/p:Prtry',
    payer text path '(p:RltdPties/p:Dbtr/p:Nm | p:RltdPties/p:Dbtr/p:Pty/p:Nm)[1]',
    mandate text path 'p:Refs/p:MndtId',
    payer_account text path 'p:RltdPties/p:DbtrAcct/p:Id/p:IBAN',
    payee_account text path 'p:RltdPties/p:CdtrAcct/p:Id/p:IBAN',
    -- Structured or not, a text is a text: numbers of documents, references, and more.
    remittance xml path 'p:RmtInf/p:Ustrd | p:RmtInf/p:Strd/p:RfrdDocInf/p:Nb
      | p:RmtInf/p:Strd/p:CdtrRefInf/p:Ref | p:RmtInf/p:Strd/p:AddtlRmtInf',
    lines xml path 'p:RmtInf/p:Ustrd',
    info xml path 'p:RtrInf/p:AddtlInf | p:AddtlTxInf',
    refs xml path 'p:Refs//*[not(*) and not(self::p:EndToEndId or self::p:PmtInfId)]') d on true
  cross join (select left(b.uuid::text, 8) as book from book b) k
  cross join lateral (
    select case when strpos(bank_words(xml_words(d.refs)), k.book) > 0 then xml_words(d.refs) end
      as refs) r
)
insert into bank_item (place, statement, booking, detail_count, account, currency, is_credit,
  is_booked, booked_on, domain, family, sub_family, own_code, is_reversal, amount_minor,
  booking_minor, detail_minor, is_credit_booking,
  charges_minor, booking_charges_minor, end_to_end_id, payment_ref, batch_count, bank_ref,
  booking_ref, return_reason, payer, payer_account, payee_account, remittance, said,
  lines, mandate, is_statement)
select row_number() over (order by t.booking, t.detail), t.statement, t.booking, t.details,
  t.account,
  t.currency, t.sign = 'CRDT', t.is_booked, t.booked_on, t.domain, t.family, t.sub_family,
  t.own_code, t.reversal, t.amount_minor,
  t.booking_minor,
  case when count(t.amount_minor) over w = count(*) over w
    then sum(case when t.sign = t.entry_sign then 1 else -1 end * t.amount_minor) over w end,
  t.entry_sign = 'CRDT', t.charges_minor, t.booking_charges_minor,
  -- Some banks tell what came back in the text alone: EREF+0a1b2c3d-4711-1 MREF+M-17. One
  -- that names several is of none.
  coalesce(substring(regexp_replace(lower(t.end_to_end_id), '\s', '', 'g'), '^' || i.whole || '$'),
    t.end_to_end_id, case when t.sign = 'DBIT' and coalesce(bank_words(regexp_replace(
      lower(t.said), i.id || '(?![0-9])', ' ', 'g')), '') !~ (t.book || '[0-9]{2}') then i.id end),
  t.payment_ref, t.batch_count,
  coalesce(t.own_ref, t.booking_ref), t.booking_ref, t.return_reason, t.payer,
  t.payer_account, t.payee_account, nullif(t.remittance, ''),
  nullif(t.said, ''), t.lines,
  coalesce(t.mandate, case when t.sign = 'DBIT' then
    substring(t.remittance, 'MREF[+:] ?([^ ]+)') end), $2::text like '%camt.053%'
from told t
cross join lateral (
  select w.whole, substring(lower(t.said), w.whole) as id
  from (select t.book || '-[0-9]+-[0-9]+' as whole) w) i
window w as (partition by t.booking)
