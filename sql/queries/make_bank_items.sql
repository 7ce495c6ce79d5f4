-- Takes in what a camt message says, a transaction a row, for the transaction that reads it.
create temp table bank_item (
  place        bigint not null,
  account      text,
  currency     text,
  is_credit    boolean not null,
  is_booked    boolean not null,
  booked_on    date,
  family       text,
  is_reversal  boolean not null,
  amount_minor bigint,
  charges_minor bigint not null,
  end_to_end_id text,
  payment_ref  text,
  bank_ref     text,
  return_reason text,
  payer        text,
  remittance   text,
  kind         text,
  entry_key    text
) on commit drop;
