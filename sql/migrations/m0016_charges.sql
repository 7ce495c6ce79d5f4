-- What charging needs beside the attempts (DESIGN 9, RULES 0.6, 4).

create table book (
  is_only boolean not null default true,
  uuid    uuid not null default gen_random_uuid(),
  created_at timestamptz not null default clock_timestamp(),
  constraint book_pkey primary key (is_only),
  constraint book_is_one check (is_only)
);
insert into book default values;
comment on table book is
  'These books, in one row: their name in idempotency keys, so that no others share them.';
comment on column book.uuid is
  'Another one after a doubt was settled, so that no key is used twice; its last twelve digits '
  'stay, by which these books and all copies know each other''s charges.';

create table decline_rule (
  gateway       text not null,
  code          text not null,
  decline_class text not null,
  barred_hours  integer not null default 0,
  constraint decline_rule_pkey primary key (gateway, code),
  constraint decline_rule_class_known
    check (decline_class in ('hard', 'soft', 'action_needed', 'technical')),
  constraint decline_rule_hours_range check (barred_hours between 0 and 8784)
);
comment on table decline_rule is
  'What a decline means, by gateway (* is any) and code; a retry policy may say it otherwise, and '
  'what stands nowhere is soft. It may be edited.';
comment on column decline_rule.barred_hours is
  'How long the card scheme forbids another try (RULES 4).';

insert into decline_rule (gateway, code, decline_class, barred_hours)
select '*', code, kind, 0
from (values
  ('hard', array['account_closed', 'card_not_supported', 'currency_not_supported',
    'do_not_try_again', 'expired_card', 'fraudulent', 'incorrect_number', 'invalid_account',
    'invalid_number', 'lost_card', 'no_account', 'pickup_card', 'restricted_card',
    'revocation_of_all_authorizations', 'revocation_of_authorization', 'stolen_card',
    'stop_payment_order', 'transaction_not_allowed', 'AC01', 'AC04', 'AC06', 'AC13', 'AG01',
    'BE05', 'MD01', 'MD02', 'MD06', 'MD07', 'MS02', 'RC01', 'SL01', 'R02', 'R03', 'R04',
    'R05', 'R07', 'R08', 'R10', 'R11', 'R16', 'R20', 'R29', 'R51']),
  ('soft', array['AM04', 'MS03', 'R01', 'R09', 'approve_with_id', 'card_velocity_exceeded',
    'do_not_honor', 'generic_decline',
    'card_declined', 'insufficient_funds', 'limit_exceeded', 'try_again_later',
    'withdrawal_count_limit_exceeded']),
  ('action_needed', array['AG02', 'AM05', 'CNOR', 'DNOR', 'FF01', 'FF05', 'RR01', 'RR02', 'RR03',
    'RR04', 'authentication_required', 'call_issuer', 'card_not_present',
    'incorrect_cvc', 'incorrect_zip', 'mandate_invalid', 'offline_pin_required',
    'requires_action']),
  ('technical', array['DT01', 'ED05', 'TM01', 'withdrawn', 'issuer_not_available',
    'no_action_taken', 'not_permitted_now',
    'not_sent', 'processing_error', 'reenter_transaction', 'service_not_allowed_now'])
) as rules (kind, codes), unnest(codes) as code
union all
select '*', 'mac_' || code, case when hours is null then 'hard' else 'soft' end,
  coalesce(hours, 0)
from (values ('03', null), ('21', null), ('24', 1), ('25', 24), ('26', 48), ('27', 96),
  ('28', 144), ('29', 192), ('30', 240)) as advice (code, hours);

create table gateway_account (
  gateway           text not null,
  account           text not null,
  place             text not null,
  compared_at       timestamptz not null,
  constraint gateway_account_pkey primary key (gateway)
);
comment on table gateway_account is
  'For which account, and from which place, these books have charged: where that differs they are '
  'a copy, and charge nobody before they were compared (RULES 0.6).';
comment on column gateway_account.place is
  'The cluster, its timeline, the database and the table of the books: a copy has another one.';

create table gateway_doubt (
  gateway  text not null,
  reason   text not null,
  noted_at timestamptz not null default clock_timestamp(),
  constraint gateway_doubt_pkey primary key (gateway)
);
comment on table gateway_doubt is
  'Why nobody is charged, until a comparison finds no charge at the gateway that the books do not '
  'know (RULES 0.6).';

create table dismissed_charge (
  gateway         text not null,
  idempotency_key text not null,
  reference       text not null,
  currency        char(3) not null,
  amount_minor    bigint not null,
  reason          text not null,
  dismissed_at    timestamptz not null default clock_timestamp(),
  constraint dismissed_charge_pkey primary key (gateway, idempotency_key, reference)
);
comment on table dismissed_charge is
  'Charges of a gateway that the books cannot take in, and that a person has dealt with otherwise.';

create function money_went_back(of_invoice bigint) returns boolean
language sql stable
as $$
  select exists (
    select from settlement t
    join settlement b on b.reverses = t.settlement_id
    where t.invoice_id = of_invoice and t.kind in ('payment', 'credit'))
$$;
comment on function money_went_back(bigint) is
  'Whether money was taken off the invoice again: returned, refunded, unapplied, or lost in a '
  'dispute. It is not charged again by itself (RULES 3).';

create function plan_has_ended(of_invoice bigint) returns boolean
language sql stable
as $$
  select exists (
    select from settlement t
    left join credit c on c.credit_id = t.credit_id
    join payment p on p.payment_id = coalesce(t.payment_id, c.payment_id)
    where t.invoice_id = of_invoice and (
      exists (
        select from refund r where r.payment_id = p.payment_id and r.state <> 'declined')
      or exists (
        select from payment_return r
        where r.payment_id = p.payment_id and r.kind = 'dispute' and r.state = 'returned')
      or p.payment_attempt_id is not null and exists (
        select from settlement b where b.reverses = t.settlement_id)))
$$;
comment on function plan_has_ended(bigint) is
  'Whether money that settled the invoice was refunded or lost in a dispute, or was charged and '
  'taken off it: only a person or the payer charges it again (RULES 3).';

create function charge_new_sources() returns trigger
language plpgsql
as $$
begin
  update invoice i
  set next_payment_attempt_on = least(i.next_payment_attempt_on,
      (now() at time zone s.time_zone)::date),
    next_payment_attempt_at = null
  from added a, seller s
  where i.customer_id = a.customer_id and a.removed_at is null and s.seller_id = i.seller_id
    and i.kind = 'invoice' and i.state = 'open' and i.autopay and not i.missed
    and i.attempt_count > 0 and i.settled_minor < i.total_minor + i.rounding_minor
    and (
      select l.state = 'declined' and l.payment_source_id <> a.payment_source_id
      from payment_attempt l
      where l.invoice_id = i.invoice_id
      order by l.try desc
      limit 1)
    and not money_went_back(i.invoice_id) and not plan_has_ended(i.invoice_id);
  return null;
end
$$;
create trigger payment_source_starts_anew after insert on payment_source
  referencing new table as added for each statement execute function charge_new_sources();
create trigger payment_source_comes_back after update on payment_source
  referencing new table as added for each statement execute function charge_new_sources();
comment on function charge_new_sources() is
  'Another payment source starts the schedule anew of what the last one was declined for, and of '
  'nothing whose money went back (DESIGN 9, RULES 3).';
