-- Four eyes: what a second person has to approve, and what one has (RULES 2).

create table approval_rule (
  seller_id bigint not null,
  operation text not null,
  above     numeric,
  set_by    text not null default session_user,
  set_at    timestamptz not null default now(),
  constraint approval_rule_pkey primary key (seller_id, operation),
  constraint approval_rule_seller_fkey foreign key (seller_id) references seller,
  constraint approval_rule_operation_known
    check (operation in ('run_post', 'run_reverse', 'backfill', 'catch_up', 'write_off', 'refund',
      'books_reopen', 'charge_resolve')),
  constraint approval_rule_above_of_amounts
    check (above is null or (above >= 0 and operation in ('write_off', 'refund')))
);
comment on table approval_rule is
  'For what a seller wants a second person: each asks somebody with another login.';
comment on column approval_rule.above is
  'In major units of the currency: only amounts beyond it; null for all.';

create table approval (
  approval_id  bigint generated always as identity,
  seller_id    bigint not null,
  operation    text not null,
  facts        text not null,
  digest       bytea not null,
  requested_by text not null default session_user,
  requested_os_user text not null,
  requested_at timestamptz not null default now(),
  approved_by  text,
  approved_os_user text,
  approved_at  timestamptz,
  declined_by  text,
  declined_at  timestamptz,
  reason       text,
  used_by      text,
  used_at      timestamptz,
  constraint approval_pkey primary key (approval_id),
  constraint approval_seller_fkey foreign key (seller_id) references seller,
  constraint approval_digest_of_facts check (digest = sha256(convert_to(facts, 'UTF8'))),
  constraint approval_by_another check (approved_by <> requested_by),
  constraint approval_not_used_by_approver check (used_by <> approved_by),
  constraint approval_approved_whole check ((approved_by is null) = (approved_at is null)),
  constraint approval_declined_whole
    check ((declined_by is null) = (declined_at is null)
      and (reason is null or declined_at is not null)),
  constraint approval_used_whole
    check ((used_by is null) = (used_at is null)
      and (used_at is null or approved_at is not null and declined_at is null))
);
create unique index approval_open_key on approval (seller_id, operation, digest)
  where used_at is null and declined_at is null;
comment on table approval is
  'What somebody asked for, who approved it, and who did it then: once, and only just that.';
comment on column approval.facts is 'What it is that was approved, in words and figures.';
comment on column approval.declined_by is
  'Who said no, or no longer; it may be the login that asked or approved.';
comment on column approval.reason is 'Why it was declined; null if nobody said.';
comment on column approval.digest is
  'sha256 of the facts: what comes to other facts needs another approval.';

-- Nobody names another login: neither as whoever asks or approves, nor as whoever does it. What was
-- used is used once, what was declined is over.
create function approval_names_its_login() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (old.used_at is not null or old.declined_at is not null) then
    raise check_violation using
      message = format('approval %s is used or declined, and stays so', old.approval_id),
      constraint = 'approval_stays', table = 'approval';
  end if;
  if tg_op = 'INSERT' and new.requested_by <> session_user
    or new.approved_by is distinct from old.approved_by and new.approved_by <> session_user
    or new.declined_by is distinct from old.declined_by and new.declined_by <> session_user
    or new.used_by is distinct from old.used_by and new.used_by <> session_user then
    raise check_violation using
      message = 'an approval names the login that writes it',
      constraint = 'approval_names_its_login', table = 'approval';
  end if;
  return new;
end $$;

create trigger approval_names_its_login before insert or update on approval for each row
  execute function approval_names_its_login();

-- What is asked for by whoever wants a rule for less, or no longer: another amount, or none. Null
-- where the rule would be as strict as it is, or stricter: that needs nobody else.
create function looser_rule(
  rule approval_rule, seller text, wanted_above numeric, is_wanted boolean
) returns text language sql stable as $$
  select format('approve %s of seller %s from now on %s, not above %s', rule.operation,
    seller, case when is_wanted then 'above ' || wanted_above else 'never' end,
    coalesce(rule.above, 0))
  where not is_wanted or coalesce(wanted_above, 0) > coalesce(rule.above, 0)
$$;

-- Whoever may write rules loosens none alone, by the program or past it: an approval of just that
-- is used in the same transaction.
create function approval_rule_stays_strict() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
  facts text;
  is_approved boolean;
begin
  if tg_op <> 'DELETE' and new.set_by <> session_user then
    raise check_violation using
      message = 'a rule names the login that writes it',
      constraint = 'approval_rule_names_its_login', table = 'approval_rule';
  end if;
  if tg_op = 'INSERT' then
    return new;
  end if;
  execute format(
    'select %1$I.looser_rule($1, s.code, $2, $3) from %1$I.seller s where s.seller_id = $4',
    tg_table_schema)
  into facts using old, case when tg_op = 'UPDATE' then new.above end,
    tg_op = 'UPDATE' and (new.seller_id, new.operation) = (old.seller_id, old.operation),
    old.seller_id;
  execute format(
    'select exists (
       select from %I.approval a
       where a.seller_id = $1 and a.operation = $2
         and a.digest = sha256(convert_to($3, ''UTF8'')) and a.used_at = now())',
    tg_table_schema)
  into is_approved using old.seller_id, old.operation, facts;
  if facts is not null and not is_approved then
    raise check_violation using
      message = format('a second person has to approve it: %s', facts),
      constraint = 'approval_rule_stays_strict', table = 'approval_rule';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  return new;
end $$;

create trigger approval_rule_stays_strict before insert or update or delete on approval_rule
  for each row execute function approval_rule_stays_strict();
