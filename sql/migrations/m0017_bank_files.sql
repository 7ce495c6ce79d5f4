-- Files that banks collect by, and what they send back (RULES 4).

create function plain_text(value text) returns text
language sql immutable
as $$
  select case when value !~ '[^\x01-\x7f]' then value
    else regexp_replace(normalize(replace(replace(replace(replace(replace(replace(replace(replace(
      replace(replace(replace(translate(normalize(value, nfc), 'ŁłØøĐđÐðıẞ', 'LlOoDdDdiß'),
      'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'Ä', 'Ae'), 'Ö', 'Oe'), 'Ü', 'Ue'), 'ß', 'ss'),
      'æ', 'ae'), 'Æ', 'Ae'), 'œ', 'oe'), 'Œ', 'Oe'), nfkd), '[\u0300-\u036f]', '', 'g') end
$$;
comment on function plain_text(text) is 'A text with its letters spelled without their marks.';

create function sepa_text(value text, places integer) returns text
language sql immutable
as $$
  with plain (text) as (
    select regexp_replace(replace(plain_text(value), '&', '+'), '[^a-zA-Z0-9/?:().,''+ -]', ' ',
      'g')
  )
  select left(btrim(regexp_replace(regexp_replace(text, '/{2,}', '/', 'g'), ' {2,}', ' ', 'g'),
    ' /'), places)
  from plain
$$;
comment on function sepa_text(text, integer) is
  'A text in the signs that every bank takes, which is less than Latin 1 (EPC217-08).';

create table bank_file (
  bank_file_id bigint generated always as identity,
  seller_id    bigint not null,
  gateway      text not null,
  account      text not null,
  message_id   text not null,
  as_of        date not null,
  state        text not null default 'written',
  debit_count  integer not null,
  sum_minor    bigint not null,
  content      bytea not null,
  sha256       bytea not null generated always as (sha256(content)) stored,
  written_at   timestamptz not null default now(),
  handed_over_at timestamptz,
  answered_at  timestamptz,
  constraint bank_file_pkey primary key (bank_file_id),
  constraint bank_file_seller_fkey foreign key (seller_id) references seller,
  constraint bank_file_message_key unique (message_id),
  constraint bank_file_message_short check (length(message_id) between 1 and 35),
  constraint bank_file_state_known
    check (state in ('written', 'handed_over', 'acknowledged', 'rejected')),
  constraint bank_file_has_debits check (debit_count > 0 and sum_minor > 0)
);
comment on table bank_file is
  'A pain.008 message to the byte: it is handed over once, and a lost one is sent again (RULES 4). '
  'In euros.';
comment on column bank_file.account is
  'Ours that the money comes to, as the MD5 of its number.';
comment on column bank_file.answered_at is 'When the bank took or rejected it as a whole.';

create table bank_block (
  bank_file_id bigint not null,
  block        integer not null,
  payment_id   text not null,
  scheme       text not null,
  sequence     text not null,
  collected_on date not null,
  final_on     date not null,
  debit_count  integer not null,
  sum_minor    bigint not null,
  constraint bank_block_pkey primary key (bank_file_id, block),
  constraint bank_block_file_fkey foreign key (bank_file_id) references bank_file,
  constraint bank_block_payment_key unique (payment_id),
  constraint bank_block_payment_short check (length(payment_id) between 1 and 35),
  constraint bank_block_scheme_known check (scheme in ('core', 'b2b')),
  constraint bank_block_sequence_known check (sequence in ('FRST', 'RCUR', 'FNAL', 'OOFF')),
  constraint bank_block_final_later check (final_on > collected_on),
  constraint bank_block_has_debits check (debit_count > 0 and sum_minor > 0)
);
comment on table bank_block is
  'The debits of a file that are collected on one day, by one rule book and sequence type.';
comment on column bank_block.final_on is
  'From this day on what was not returned is approved (RULES 4).';

create table bank_debit (
  payment_attempt_id bigint not null,
  bank_file_id bigint not null,
  block        integer not null,
  end_to_end_id text not null,
  amount_minor bigint not null,
  booked_on    date,
  booked_ref   text,
  booked_account text,
  is_booking_stated boolean not null default false,
  settled_on   date,
  uncollected_on date,
  fee_minor    bigint,
  returned_on  date,
  return_ref   text,
  return_account text,
  is_return_stated boolean not null default false,
  constraint bank_debit_pkey primary key (payment_attempt_id),
  constraint bank_debit_attempt_fkey foreign key (payment_attempt_id) references payment_attempt,
  constraint bank_debit_block_fkey foreign key (bank_file_id, block) references bank_block,
  constraint bank_debit_end_to_end_key unique (end_to_end_id),
  constraint bank_debit_end_to_end_short check (length(end_to_end_id) between 1 and 35),
  constraint bank_debit_settled_booked check (settled_on is null or booked_on is not null),
  constraint bank_debit_settled_collected
    check (settled_on is null or uncollected_on is null)
);
create index bank_debit_block_idx on bank_debit (bank_file_id, block);
create index bank_debit_unbooked_idx on bank_debit (bank_file_id, block)
  where booked_on is null and uncollected_on is null;
create index bank_debit_unstated_booking_idx on bank_debit (booked_on) where not is_booking_stated;
create index bank_debit_unstated_return_idx on bank_debit (returned_on) where not is_return_stated;
comment on table bank_debit is 'An attempt in a file: in one at most, for ever.';
comment on column bank_debit.returned_on is
  'The day on which the bank took it back, by its statement, under the reference return_ref: what '
  'it takes under another one on another day is taken again.';
comment on column bank_debit.booked_on is
  'When the bank has booked it to our account, alone or with its block, by its statement; null for '
  'not yet.';
comment on column bank_debit.booked_ref is
  'The bank''s reference of that booking, by a statement (camt.053): under another one it is '
  'booked again. Null for none.';
comment on column bank_debit.booked_account is
  'Our account that the money came to, by its last four places: a booking of another is another.';
comment on column bank_debit.return_account is
  'Our account that the bank took it back from, by its last four places.';
comment on column bank_debit.is_booking_stated is
  'Whether a statement (camt.053) has that booking, and no camt.052 or camt.054 alone.';
comment on column bank_debit.is_return_stated is
  'Whether a statement (camt.053) has its return, under the reference return_ref.';
comment on column bank_debit.settled_on is
  'The day on which its money was booked from debits in transit to the bank (RULES 7).';
comment on column bank_debit.fee_minor is
  'What the bank has asked for its return, as far as it was told; null for not returned.';
comment on column bank_debit.uncollected_on is
  'The day on which a person took it back since the bank had booked no money of it: it came out of '
  'debits in transit, and what comes in of it later is listed.';

create table bank_report (
  fingerprint bytea not null,
  name        text not null,
  kind        text not null,
  message_id  text not null,
  is_whole    boolean not null,
  read_at     timestamptz not null default now(),
  constraint bank_report_pkey primary key (fingerprint),
  constraint bank_report_fingerprint_whole check (length(fingerprint) = 32)
);
comment on table bank_report is
  'A file that came back from a bank, by its SHA-256: it is read once.';
comment on column bank_report.is_whole is
  'Whether all of it was read; a file that tells of days to come is read again.';

create table bank_statement (
  bank_statement_id bigint generated always as identity,
  account       text not null,
  name          text not null,
  currency      text not null,
  opened_on     date,
  closed_on     date not null,
  opening_minor bigint,
  closing_minor bigint not null,
  digest        text not null,
  constraint bank_statement_pkey primary key (bank_statement_id),
  constraint bank_statement_key
    unique nulls not distinct (account, currency, closed_on, opening_minor, closing_minor, name,
      digest)
);
comment on table bank_statement is
  'The balances of a statement (camt.053), in minor units of its currency: it opens with what the '
  'one before closes with.';
comment on column bank_statement.account is 'Ours, as the MD5 of its number.';
comment on column bank_statement.name is 'What the bank calls it.';
comment on column bank_statement.opening_minor is 'Null where the bank does not tell it.';
comment on column bank_statement.digest is 'Of its bookings: reference, day and amount.';
comment on column bank_statement.opened_on is
  'The day of the opening balance: the first of its days, or the one before.';
comment on column bank_statement.closed_on is 'The day of the closing balance.';

create function bank_reference(value text) returns text
language sql immutable
as $$
  -- NONREF, NOTPROVIDED, KREF+, zeros: what tells bookings apart has a digit.
  select btrim(value) where value ~ '[1-9]'
$$;
comment on function bank_reference(text) is
  'A reference that a bank has given, null where a word only stands in the place of one.';

create function xml_words(value xml) returns text
language sql immutable
as $$
  select nullif(btrim(regexp_replace(replace(replace(replace(replace(replace(
    regexp_replace(value::text, '<[^>]*>', ' ', 'g'), '&lt;', '<'), '&gt;', '>'), '&quot;', '"'),
    '&apos;', ''''), '&amp;', '&'), '\s+', ' ', 'g')), '')
$$;
comment on function xml_words(xml) is 'The texts of elements, one after the other; null for none.';

create function bank_words(value text) returns text
language sql immutable
as $$
  select nullif(translate(lower(plain_text(value)), E' \t\r\n\u00a0-.,:;/+&()?!*#_''"', ''), '')
$$;
comment on function bank_words(text) is
  'What a payer or a text is compared by: without blanks, capitals, marks and punctuation.';

create function bank_contains(long text, short text) returns boolean
language sql immutable
as $$
  -- What is cut within a number is another number: INV1 is not in INV12.
  select strpos(long, short) > 0
    and not (short ~ '^[0-9]' and substr(long, strpos(long, short) - 1, 1) ~ '[0-9]')
    and not (short ~ '[0-9]$' and substr(long, strpos(long, short) + length(short), 1) ~ '[0-9]')
$$;
comment on function bank_contains(text, text) is 'Whether a text has another in it, numbers whole.';

create function bank_parts(value text) returns text
language sql immutable
as $$
  select ' ' || btrim(regexp_replace(lower(value), '[^[:alnum:]]+', ' ', 'g')) || ' '
$$;
comment on function bank_parts(text) is
  'A text by its words and numbers, each between blanks: what is in it as such is in it whole.';

create function bank_likeness(a text[], b text[]) returns integer
language plpgsql immutable
as $$
declare
  -- Null where one of the two does not tell.
  same_id boolean := a[2] = b[2];
  -- An account says more than a name.
  same_payer boolean := coalesce(a[4] = b[4], starts_with(a[1], b[1]) or starts_with(b[1], a[1]));
  same_text boolean := bank_contains(a[3], b[3]) or bank_contains(b[3], a[3]);
  number_a text;
  number_b text;
begin
  if not same_id then return 0; end if;
  if not same_payer and not same_text then return case when same_id then 1 else 0 end; end if;
  if same_id then return case when a = b then 4 else 3 end; end if;
  if not same_text then
    number_a := regexp_replace(a[3], '[^0-9]', '', 'g');
    number_b := regexp_replace(b[3], '[^0-9]', '', 'g');
    return case when number_a = '' or number_b = '' or strpos(number_a, number_b) > 0
      or strpos(number_b, number_a) > 0 then 1 else 0 end;
  end if;
  if not same_payer then return 1; end if;
  if a is not distinct from b then return 4; end if;
  return case when same_payer or same_text then 3 else 2 end;
end $$;
comment on function bank_likeness(text[], text[]) is
  'How alike the words of two transfers are, of payer, end-to-end id, text and the payer''s '
  'account, which stands in the place of the payer: 4 the same, 3 some '
  'the same and none another, 2 none on both sides, 1 payer or text is another, 0 it is another '
  'transfer.';

create function bank_has_it(reason text) returns boolean
language sql immutable
as $$
  select coalesce(reason ~ '^(DU0[1-5]|DUPL|AM05)$', false)
$$;
comment on function bank_has_it(text) is
  'Whether a bank rejects since it has the same already: what came first is collected.';

create function bank_quote(value text) returns text
language sql immutable
as $$
  select coalesce(
    nullif(left(btrim(regexp_replace(value, '[\s[:cntrl:]]+', ' ', 'g')), 40), ''), '?')
$$;
comment on function bank_quote(text) is 'What a bank says in its own words, in a part of one line.';

create function bank_number(value text) returns numeric
language sql immutable
as $$
  select case when value is null then null when btrim(value) ~ '^[0-9]{1,17}([.][0-9]{1,17})?$'
    then btrim(value)::numeric else -1 end
$$;
comment on function bank_number(text) is
  'A count or a sum that a bank tells, null where it tells none, -1 where it is no number.';

create table bank_entry (
  bank_entry_id bigint generated always as identity,
  entry_key   text not null,
  account     text not null,
  bank_ref    text,
  booking_ref text,
  booking_minor bigint not null,
  detail_count integer not null,
  digest      text not null,
  words       text[] not null,
  is_credit   boolean not null,
  booked_on   date not null,
  currency    text not null,
  amount_minor bigint not null,
  payer       text,
  reference   text,
  mandate     text,
  payment_id  bigint,
  reason      text,
  cleared_at  timestamptz,
  cleared_by  text,
  note        text,
  is_statement boolean not null default false,
  is_stated   boolean not null default false,
  repays      bigint[],
  constraint bank_entry_pkey primary key (entry_key),
  constraint bank_entry_id_key unique (bank_entry_id),
  constraint bank_entry_payment_fkey foreign key (payment_id) references payment,
  constraint bank_entry_payment_key unique (payment_id),
  constraint bank_entry_paid_euro check (payment_id is null or is_credit and currency = 'EUR'),
  constraint bank_entry_cleared_by_somebody
    check (num_nonnulls(cleared_at, cleared_by, note) in (0, 3)),
  constraint bank_entry_amount_positive check (amount_minor > 0),
  constraint bank_entry_details_counted check (detail_count >= 0)
);
create index bank_entry_open_idx on bank_entry (bank_entry_id)
  where payment_id is null and cleared_at is null;
create index bank_entry_day_idx on bank_entry (booked_on, amount_minor);
create index bank_entry_ref_idx on bank_entry (bank_ref);
create index bank_entry_booking_idx on bank_entry (booking_ref, booking_minor);
create index bank_entry_digest_idx on bank_entry (digest);
create index bank_entry_unstated_idx on bank_entry (booked_on) where not is_stated;
create index bank_entry_paid_amount_idx on bank_entry (amount_minor, booked_on)
  where payment_id is not null;
create index bank_entry_paid_id_idx on bank_entry ((words[2])) where payment_id is not null;
create index bank_entry_paid_account_idx on bank_entry ((words[4])) where payment_id is not null;
create index bank_entry_repaying_idx on bank_entry (amount_minor) where repays is not null;
comment on table bank_entry is
  'What a bank statement told of and was a transfer, or could not be taken as it was: the same '
  'one in another file changes nothing. In minor units of its currency.';
comment on column bank_entry.entry_key is
  'Account, the bank''s reference or the digest, and the how manieth so called it is.';
comment on column bank_entry.is_statement is
  'Whether a camt.053 told of it: two of one account have each booking once.';
comment on column bank_entry.is_stated is
  'Whether a camt.053 told of it, first or later.';
comment on column bank_entry.account is 'Ours, by its last four places.';
comment on column bank_entry.bank_ref is
  'The bank''s reference of the transaction, else of its booking; null for none.';
comment on column bank_entry.booking_ref is 'The bank''s reference of the booking that it is of.';
comment on column bank_entry.booking_minor is 'The amount of that booking.';
comment on column bank_entry.detail_count is
  'How many transactions that booking told of; 0 where it was kept as a sum.';
comment on column bank_entry.digest is
  'Of what it says: day, amount, payer, end-to-end id and text.';
comment on column bank_entry.words is
  'Payer, end-to-end id, text and the MD5 of the payer''s account as they are compared, with what '
  'later files told of them.';
comment on column bank_entry.mandate is 'The mandate that a return names.';
comment on column bank_entry.payment_id is 'The payment that it became; null where it became none.';
comment on column bank_entry.reason is
  'Why it became none; superseded: another file told of the transactions that it is the sum of.';

comment on column bank_entry.repays is
  'The payments of which money that went out is perhaps a refund, each recorded refund being one '
  'transfer''s; 0 stands for what is no refund: a debit that is pending, a return.';
comment on column bank_entry.cleared_at is 'When a person dealt with it, as the note says.';
