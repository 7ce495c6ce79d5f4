-- Checks customers: one row a rule; a rule that meets a null holds. Values that many share meet
-- their patterns once.
insert into import_error (line, fault)
select bad.line, string_to_table(bad.faults, E'\n')
from (
  select r.line, concat_ws(E'\n',
    case when not (r.id is not null) then 'id|a whole number from 1' end,
    case when not (r.name <> '') then 'name|a text that is not empty' end,
    case when not (r.seller_id is not null)
      then 'seller|' || case when r.seller is null
        then 'a seller, since there are several or none' else 'the id of a seller' end
          || '|seller' end,
    case when not (r.seller_id = known.seller_id)
      then 'seller|the seller that the customer has, which never changes' end,
    case when not (r.type in ('company', 'person')) then 'type|company or person' end,
    case when r.country in (
        select one.country from (select distinct country from import_customer offset 0) one
        where not pg_temp.import_is_country(one.country))
      then 'country|an ISO 3166 code of two capital letters' end,
    case when not (r.currency is null or r.digits is not null)
      then 'currency|a lower-case ISO 4217 code' end,
    case when not (known.currency is null or r.currency is not distinct from known.currency)
      then 'currency|the currency that the customer has already' end,
    case when r.language in (
        select one.language from (select distinct language from import_customer offset 0) one
        where one.language !~ '^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$')
      then 'language|a language like "en" or "de-AT"' end,
    case when not (r.time_zone is null or r.time_zone in (select zone.name
      from pg_timezone_names zone))
      then 'time_zone|an IANA time zone' end,
    case when not (not r.checks_tax_id or r.tax_id_checked_at is not null)
      then 'tax_id_checked_at|a day ("2026-12-31") or a UNIX timestamp' end,
    case when not (r.autopay_delay_days between 0 and 365
      and trunc(r.autopay_delay_days) = r.autopay_delay_days)
      then 'autopay_delay_days|a whole number from 0 to 365' end,
    case when r.payment_terms in (
        select one.payment_terms
        from (select distinct payment_terms from import_customer offset 0) one
        where regexp_replace(one.payment_terms, ' +', ' ', 'g') !~* ('^ ?('
          || '([0-9]{1,2}([.][0-9]{1,2})?% [0-9]{1,2} )?net [0-9]{1,3}( eom)?|auto ?pay'
          || '|due on receipt|(net )?eom|end of month) ?$'))
      then 'payment_terms|terms like "NET 30", "AutoPay", "due on receipt" or "2% 10 NET 30"' end,
    case when not (r.chasing_cadence is null or r.chasing_cadence
      in (select code from chasing_cadence))
      then 'chasing_cadence|the id of a chasing cadence|chasing_cadence' end,
    case when not (r.retry_policy is null or r.retry_policy_id is not null)
      then 'retry_policy|the id of a retry policy|retry_policy' end,
    case when not (r.credit_balance >= 0) then 'credit_balance|an amount from 0' end,
    case when not (r.credit_balance <= 1e15
        and r.credit_balance * 10::numeric ^ r.digits < 2::numeric ^ 63)
      then 'credit_balance|at most 10^15, and 9,223,372,036,854,775,807 minor units' end,
    case when not (scale(trim_scale(r.credit_balance)) <= r.digits)
      then 'credit_balance|no more digits than the currency has' end,
    case when not (not jsonb_path_exists(r.metadata,
      'strict $.* ? (@.type() != "string" && @.type() != "number" && @.type() != "boolean")'))
      then 'metadata|a flat object of texts, numbers and booleans' end
  ) as faults
  from import_customer r
  left join customer known on known.customer_id = r.id and r.known
) bad
where bad.faults <> ''
union all
select r.line, 'credit_balance|what came with the customer the first time; grant more with a credit'
from import_customer r
where r.known and r.credit_balance > 0 and r.credit_balance * 10::numeric ^ r.digits not in (
  select coalesce(sum(c.amount_minor), 0)
  from credit c
  where c.customer_id = r.id and c.kind = 'money' and c.payment_id is null
    and c.credit_note_id is null)
union all
select bad.line, bad.path || string_to_table(bad.faults, E'\n')
from (
  select p.line, p.path, concat_ws(E'\n',
    case when not (s.object in ('card', 'bank_account')) then '.object|card or bank_account' end,
    case when not (s.gateway <> '') then '.gateway|the name of a gateway' end,
    case when not (btrim(s.token) <> '' and s.token !~ '^[0-9 -]{12,23}$')
      then '.token|a token of the gateway, never a card number' end,
    case when not (s.last4 ~ '^[0-9]{4}$') then '.last4|four digits' end,
    case when not (s.exp_month between 1 and 12 and trunc(s.exp_month) = s.exp_month)
      then '.exp_month|a whole number from 1 to 12' end,
    case when not (s.exp_year between 2000 and 2200 and trunc(s.exp_year) = s.exp_year)
      then '.exp_year|a year of four digits' end,
    case when s.object <> 'bank_account'
        or replace(s.token, ' ', '') !~ pg_temp.import_iban_pattern() then null
      when not pg_temp.import_is_iban(replace(s.token, ' ', ''))
        then '.token|an IBAN whose check digits are right' end,
    pg_temp.import_mandate_faults(s.mandate)
  ) as faults
  from import_part p
  cross join lateral jsonb_to_record(p.doc) as o (object text, gateway text, token text,
    last4 text, exp_month numeric, exp_year numeric, mandate jsonb)
  cross join lateral (
    select o.object, o.gateway, o.token, o.last4, o.exp_month, o.exp_year,
      -- What else a mandate may say is between the gateway and its bank.
      case when o.object = 'bank_account'
        and replace(o.token, ' ', '') ~ pg_temp.import_iban_pattern() then o.mandate end as mandate
  ) s
  where p.object = 'payment_source'
) bad
where bad.faults <> '';
