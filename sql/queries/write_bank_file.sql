-- Writes a pain.008.001.08 message of the debits whose day of collection is given: its text, its
-- blocks and its debits tie up, since they are of the same rows. Names are spelled in signs that
-- need no escaping.
-- $1 gateway text, $2 seller bigint, $3 as-of day date, $4 notice text; one array element a day of
-- notice: $5 noticed_on date[], $6 notice_days int4[], $7 schemes text[], $8 collected_on, $9
-- final_on date[]; $10 bank_file_id bigint, $11 message_id text, $12 moment timestamptz, $13
-- creditor's name text (null for the seller's), $14 creditor id, $15 iban, $16 bic text (null for
-- none).
-- Out: debit_count integer, sum_minor bigint, nothing where no debit is due.
-- Index: payment_attempt_live_key, payment_attempt_pkey.
with locked as materialized (
  select a.payment_attempt_id
  from payment_attempt a
  where a.state = 'pending' and a.payment_attempt_id in (
    select d.payment_attempt_id from pending_debit d
    where d.gateway = $1 and d.seller_id = $2 and d.as_of <= $3 and d.obstacle is null)
  order by a.payment_attempt_id
  for no key update
), debit as materialized (
  select d.*, coalesce('<PstlAdr>' || p.postal_code || '<TwnNm>'
      || coalesce(nullif(sepa_text(d.city, 35), ''), 'NOTPROVIDED') || '</TwnNm><Ctry>' || d.country
      || '</Ctry>' || p.line1 || p.line2 || '</PstlAdr>', '') as address, n.collected_on,
    n.final_on,
    dense_rank() over (order by n.collected_on, d.scheme, d.sequence)::integer as block
  from pending_debit d
  join locked l on l.payment_attempt_id = d.payment_attempt_id
  join unnest($5::date[], $6::integer[], $7::text[], $8::date[], $9::date[])
      as n (noticed_on, notice_days, scheme, collected_on, final_on)
    on n.noticed_on = case $4 when 'elsewhere' then d.told_on else d.mailed_on end
    and n.notice_days = d.notice_days and n.scheme = d.scheme
  cross join lateral (
    select coalesce('<PstCd>' || nullif(sepa_text(d.postal_code, 16), '') || '</PstCd>', '')
        as postal_code,
      coalesce('<AdrLine>' || nullif(sepa_text(d.address1, 70), '') || '</AdrLine>', '') as line1,
      coalesce('<AdrLine>' || nullif(sepa_text(d.address2, 70), '') || '</AdrLine>', '') as line2) p
), block as materialized (
  select d.block, $11 || '-' || d.block as payment_id, d.scheme, d.sequence, d.collected_on,
    d.final_on, count(*)::integer as debit_count, sum(d.amount_minor)::bigint as sum_minor,
    string_agg(format(E'<DrctDbtTxInf><PmtId><EndToEndId>%s</EndToEndId></PmtId>'
        '<InstdAmt Ccy="EUR">%s</InstdAmt><DrctDbtTx><MndtRltdInf><MndtId>%s</MndtId>'
        '<DtOfSgntr>%s</DtOfSgntr></MndtRltdInf></DrctDbtTx><DbtrAgt><FinInstnId>%s'
        '</FinInstnId></DbtrAgt><Dbtr><Nm>%s</Nm>%s</Dbtr><DbtrAcct><Id>'
        '<IBAN>%s</IBAN></Id></DbtrAcct><RmtInf><Ustrd>%s</Ustrd></RmtInf></DrctDbtTxInf>\n',
      d.end_to_end_id, round(d.amount_minor / 100.0, 2), d.mandate, d.signed_on,
      coalesce('<BICFI>' || d.bic || '</BICFI>', '<Othr><Id>NOTPROVIDED</Id></Othr>'),
      coalesce(nullif(sepa_text(d.debtor, 70), ''), 'NOTPROVIDED'), d.address, d.iban,
      coalesce(nullif(sepa_text(d.number, 140), ''), d.end_to_end_id)), ''
      order by d.payment_attempt_id) as debits
  from debit d
  group by d.block, d.scheme, d.sequence, d.collected_on, d.final_on
), creditor as (
  select coalesce(nullif(sepa_text(coalesce($13, s.name), 70), ''), 'NOTPROVIDED') as name,
    to_char($12::timestamptz at time zone s.time_zone, 'YYYY-MM-DD"T"HH24:MI:SS') as made_at
  from seller s where s.seller_id = $2
), body as (
  select sum(b.debit_count)::integer as debit_count, sum(b.sum_minor)::bigint as sum_minor,
    string_agg(format(E'<PmtInf><PmtInfId>%s</PmtInfId><PmtMtd>DD</PmtMtd><NbOfTxs>%s</NbOfTxs>'
        '<CtrlSum>%s</CtrlSum><PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm><Cd>%s</Cd>'
        '</LclInstrm><SeqTp>%s</SeqTp></PmtTpInf><ReqdColltnDt>%s</ReqdColltnDt><Cdtr><Nm>%s</Nm>'
        '</Cdtr><CdtrAcct><Id><IBAN>%s</IBAN></Id></CdtrAcct><CdtrAgt><FinInstnId>%s</FinInstnId>'
        '</CdtrAgt><ChrgBr>SLEV</ChrgBr><CdtrSchmeId><Id><PrvtId><Othr><Id>%s</Id><SchmeNm>'
        '<Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id></CdtrSchmeId>\n%s</PmtInf>\n',
      b.payment_id, b.debit_count, round(b.sum_minor / 100.0, 2), upper(b.scheme), b.sequence,
      b.collected_on, c.name, $15::text,
      coalesce('<BICFI>' || $16::text || '</BICFI>', '<Othr><Id>NOTPROVIDED</Id></Othr>'),
      $14::text, b.debits), '' order by b.block) as blocks
  from block b, creditor c
), file as (
  insert into bank_file (bank_file_id, seller_id, gateway, account, message_id, as_of,
    debit_count, sum_minor, content)
  overriding system value
  select $10, $2, $1, md5($15::text), $11, $3, y.debit_count, y.sum_minor, convert_to(format(
      E'<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"><CstmrDrctDbtInitn>'
        '<GrpHdr><MsgId>%s</MsgId><CreDtTm>%s</CreDtTm><NbOfTxs>%s</NbOfTxs><CtrlSum>%s</CtrlSum>'
        '<InitgPty><Nm>%s</Nm></InitgPty></GrpHdr>\n%s</CstmrDrctDbtInitn></Document>\n',
      $11, c.made_at, y.debit_count, round(y.sum_minor / 100.0, 2), c.name, y.blocks), 'UTF8')
  from body y, creditor c
  where y.debit_count > 0
  returning debit_count, sum_minor
), blocks as (
  insert into bank_block (bank_file_id, block, payment_id, scheme, sequence, collected_on,
    final_on, debit_count, sum_minor)
  select $10, b.block, b.payment_id, b.scheme, b.sequence, b.collected_on, b.final_on,
    b.debit_count, b.sum_minor
  from block b
), debits as (
  insert into bank_debit (payment_attempt_id, bank_file_id, block, end_to_end_id, amount_minor)
  select d.payment_attempt_id, $10, d.block, d.end_to_end_id, d.amount_minor
  from debit d
)
select f.debit_count, f.sum_minor from file f
