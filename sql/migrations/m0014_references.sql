-- The references of what comes in by the hundred thousand, customers and subscriptions, are checked
-- once a statement. They hold what foreign keys would: a parent that another transaction could
-- delete is locked, and no parent goes while it is referred to.

-- Arguments: column, parent table, parent's key. A parent that this transaction has made is seen by
-- nobody else, so it needs no lock. As with a foreign key, whoever may write the child need not be
-- allowed to lock the parent.
create function refers_to_parent() returns trigger language plpgsql
security definer set search_path = pg_catalog, pg_temp as $$
declare
  orphan text;
  query constant text := format(
    'with stranger as materialized (
       select distinct a.%1$I as key
       from %2$s a
       where a.%1$I is not null and not exists (select from %3$I.%4$I p
         where p.%5$I = a.%1$I and p.xmin = pg_current_xact_id()::xid)
     )
     select key::text from stranger
     where (select p.%5$I from %3$I.%4$I p where p.%5$I = stranger.key for key share) is null
     limit 1',
    tg_argv[0], case tg_level when 'ROW' then '(select ($1).*)' else 'added' end,
    tg_table_schema, tg_argv[1], tg_argv[2]);
begin
  if tg_level = 'ROW' then
    execute query into orphan using new;
  else
    execute query into orphan;
  end if;
  if orphan is not null then
    raise foreign_key_violation using
      message = format('no %s %s', tg_argv[1], orphan),
      constraint = replace(tg_name, '_other_', '_'), table = tg_table_name;
  end if;
  return null;
end $$;

-- Arguments: key, child table, child's column, and so on for further children. Only at read
-- committed does the check see what other transactions wrote while the delete waited for them.
create function is_referred_to_by_none() returns trigger language plpgsql
security definer set search_path = pg_catalog, pg_temp as $$
declare
  parent text;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise feature_not_supported using
      message = format('rows of %s can be deleted at read committed only', tg_table_name),
      table = tg_table_name;
  end if;
  for child in 1 .. tg_nargs - 1 by 2 loop
    execute format(
      'select g.%1$I::text from gone g
       where exists (select from %2$I.%3$I c where c.%4$I = g.%1$I) limit 1',
      tg_argv[0], tg_table_schema, tg_argv[child], tg_argv[child + 1]) into parent;
    if parent is not null then
      raise foreign_key_violation using
        message = format('%s %s is still referred to by %s', tg_table_name, parent,
          tg_argv[child]),
        constraint = tg_name, table = tg_table_name;
    end if;
  end loop;
  return null;
end $$;

create trigger customer_seller_exists after insert on customer
  referencing new table as added for each statement
    execute function refers_to_parent('seller_id', 'seller', 'seller_id');
create trigger customer_other_seller_exists after update on customer for each row
  when (new.seller_id <> old.seller_id)
  execute function refers_to_parent('seller_id', 'seller', 'seller_id');
create trigger customer_currency_exists after insert on customer
  referencing new table as added for each statement
    execute function refers_to_parent('currency', 'currency', 'code');
create trigger customer_other_currency_exists after update on customer for each row
  when (new.currency is distinct from old.currency)
  execute function refers_to_parent('currency', 'currency', 'code');

create trigger customer_retry_policy_exists after insert on customer
  referencing new table as added for each statement
    execute function refers_to_parent('retry_policy_id', 'retry_policy', 'retry_policy_id');
create trigger customer_other_retry_policy_exists after update on customer for each row
  when (new.retry_policy_id is distinct from old.retry_policy_id)
  execute function refers_to_parent('retry_policy_id', 'retry_policy', 'retry_policy_id');

create trigger subscription_customer_exists after insert on subscription
  referencing new table as added for each statement
    execute function refers_to_parent('customer_id', 'customer', 'customer_id');
create trigger subscription_other_customer_exists after update on subscription for each row
  when (new.customer_id <> old.customer_id)
  execute function refers_to_parent('customer_id', 'customer', 'customer_id');
create trigger subscription_plan_exists after insert on subscription
  referencing new table as added for each statement
    execute function refers_to_parent('plan_id', 'plan', 'plan_id');
create trigger subscription_other_plan_exists after update on subscription for each row
  when (new.plan_id <> old.plan_id)
  execute function refers_to_parent('plan_id', 'plan', 'plan_id');

create trigger subscription_addon_subscription_exists after insert on subscription_addon
  referencing new table as added for each statement
    execute function refers_to_parent('subscription_id', 'subscription', 'subscription_id');
create trigger subscription_addon_other_subscription_exists after update on subscription_addon
  for each row
  when (new.subscription_id <> old.subscription_id)
  execute function refers_to_parent('subscription_id', 'subscription', 'subscription_id');
create trigger subscription_addon_plan_exists after insert on subscription_addon
  referencing new table as added for each statement
    execute function refers_to_parent('plan_id', 'plan', 'plan_id');
create trigger subscription_addon_other_plan_exists after update on subscription_addon for each row
  when (new.plan_id <> old.plan_id)
  execute function refers_to_parent('plan_id', 'plan', 'plan_id');

create trigger billing_cursor_subscription_exists after insert on billing_cursor
  referencing new table as added for each statement
    execute function refers_to_parent('subscription_id', 'subscription', 'subscription_id');
create trigger billing_cursor_key_stays before update of subscription_id on billing_cursor
  for each row
  when (new.subscription_id <> old.subscription_id)
  execute function refuse_change_of_key();

-- The other ends.
create trigger seller_of_customers_stays after delete on seller
  referencing old table as gone for each statement
    execute function is_referred_to_by_none('seller_id', 'customer', 'seller_id');
create trigger seller_key_stays before update of seller_id on seller for each row
  when (new.seller_id <> old.seller_id) execute function refuse_change_of_key();

create trigger currency_of_customers_stays after delete on currency
  referencing old table as gone for each statement
    execute function is_referred_to_by_none('code', 'customer', 'currency');
create trigger currency_key_stays before update of code on currency for each row
  when (new.code <> old.code) execute function refuse_change_of_key();

create trigger retry_policy_of_customers_stays after delete on retry_policy
  referencing old table as gone for each statement
    execute function is_referred_to_by_none('retry_policy_id', 'customer', 'retry_policy_id');
create trigger retry_policy_key_stays before update of retry_policy_id on retry_policy for each row
  when (new.retry_policy_id <> old.retry_policy_id) execute function refuse_change_of_key();

create trigger plan_of_subscriptions_stays after delete on plan
  referencing old table as gone for each statement
    execute function is_referred_to_by_none('plan_id', 'subscription', 'plan_id',
      'subscription_addon', 'plan_id');
create trigger plan_key_stays before update of plan_id on plan for each row
  when (new.plan_id <> old.plan_id) execute function refuse_change_of_key();

create trigger customer_with_subscriptions_stays after delete on customer
  referencing old table as gone for each statement
    execute function is_referred_to_by_none('customer_id', 'subscription', 'customer_id');

create trigger subscription_key_stays before update of subscription_id on subscription for each row
  when (new.subscription_id <> old.subscription_id)
  execute function refuse_change_of_key();

-- A subscription takes its add-ons and its cursor along, those too that were added while the delete
-- waited for its lock. Whoever deletes it needs the right to delete these.
create function subscription_takes_its_parts() returns trigger language plpgsql as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise feature_not_supported using
      message = 'rows of subscription can be deleted at read committed only',
      table = tg_table_name;
  end if;
  delete from subscription_addon a using gone g where a.subscription_id = g.subscription_id;
  delete from billing_cursor c using gone g where c.subscription_id = g.subscription_id;
  return null;
end $$;

create trigger subscription_takes_its_parts after delete on subscription
  referencing old table as gone for each statement
    execute function subscription_takes_its_parts();

-- Truncating a parent would look at no row and leave the children.
create function refuse_truncating() returns trigger language plpgsql as $$
begin
  raise foreign_key_violation using
    message = format('%s is referred to, so it is never truncated', tg_table_name),
    table = tg_table_name;
end $$;

create trigger seller_stays_whole before truncate on seller
  for each statement execute function refuse_truncating();
create trigger currency_stays_whole before truncate on currency
  for each statement execute function refuse_truncating();
create trigger retry_policy_stays_whole before truncate on retry_policy
  for each statement execute function refuse_truncating();
create trigger plan_stays_whole before truncate on plan
  for each statement execute function refuse_truncating();
create trigger customer_stays_whole before truncate on customer
  for each statement execute function refuse_truncating();
create trigger subscription_stays_whole before truncate on subscription
  for each statement execute function refuse_truncating();
