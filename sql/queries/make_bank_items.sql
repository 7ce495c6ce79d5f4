-- Takes in what a camt message says, a transaction a row, for the transaction that reads it.
-- The balances that the message tells of; entries are what its bookings come to.
create temp table told_statement (
  statement     integer not null,
  account       text,
  name          text not null,
  currency      text not null,
  -- The day of the balance that it opens with: the first of its days, or the one before.
  opened_on     date,
  closed_on     date not null,
  -- Null where only the closing balance is told.
  opening_minor bigint,
  closing_minor bigint not null,
  -- Of its bookings.
  digest        text,
  -- Whether another of its name, of the day and with what it opens with was read before.
  is_corrected  boolean not null default false
) on commit drop;

create temp table bank_item (
  place        bigint not null,
  -- The how manieth statement of the message it is in.
  statement    integer not null,
  -- The how manieth booking of the message, with how many transactions it has.
  booking      bigint not null,
  detail_count integer not null,
  account      text,
  currency     text,
  is_credit    boolean not null,
  is_booked    boolean not null,
  booked_on    date,
  -- The bank's code of what it is (BkTxCd): by ISO 20022, and of its own.
  domain       text,
  family       text,
  sub_family   text,
  own_code     text,
  is_reversal  boolean not null,
  amount_minor bigint,
  booking_minor bigint not null,
  -- What the details come to, in the direction of the booking; null where one does not say.
  detail_minor bigint,
  is_credit_booking boolean not null,
  charges_minor bigint not null,
  booking_charges_minor bigint not null,
  end_to_end_id text,
  payment_ref  text,
  -- How many transactions the booking says that it has, whether it tells of them or not.
  batch_count  integer,
  bank_ref     text,
  booking_ref  text,
  return_reason text,
  payer        text,
  payer_account text,
  -- Of a debit: whom the money went to.
  payee_account text,
  remittance   text,
  -- That, and what the bank says of it beside.
  said         text,
  -- The lines that its text was broken into; a number may go on in the next one.
  lines        text[],
  mandate      text,
  -- Whether a credit names debits of ours, and no one of them alone.
  names_debit  boolean not null default false,
  -- The payments that it may pay back, as bank_entry has them.
  repays       bigint[],
  -- Whether the message is a statement (camt.053), of which each booking is in one only.
  is_statement boolean not null,
  digest       text,
  -- Payer, end-to-end id, text and the payer's account as they are compared.
  words        text[],
  -- What it is: return, collected, transfer, other; listed where it cannot be taken as it is, early
  -- where its day is to come, known where a file told of it before, part where its booking stands
  -- for it.
  kind         text,
  reason       text,
  entry_key    text
) on commit drop;
