-- What was used, and what waits for a customer's next invoice.

create table usage_record (
  usage_record_id bigint generated always as identity,
  subscription_id bigint not null,
  plan_id         bigint not null,
  external_id     text,
  used_on         date not null,
  used_at         timestamptz not null,
  quantity        numeric not null,
  recorded_at     timestamptz not null default now(),
  constraint usage_record_pkey primary key (usage_record_id),
  constraint usage_record_subscription_fkey foreign key (subscription_id) references subscription,
  constraint usage_record_plan_fkey foreign key (plan_id) references plan,
  constraint usage_record_quantity_places check (scale(quantity) <= 12)
);
create unique index usage_record_external_key on usage_record (external_id)
  where external_id is not null;
create index usage_record_period_idx on usage_record (subscription_id, plan_id, used_on);
comment on table usage_record is 'One measured use, summed by period when the period has ended.';
comment on column usage_record.used_on is 'The day of used_at in the seller''s zone.';
comment on column usage_record.external_id is
  'The source''s own id: the same one twice is refused.';

-- The plans whose records a charge measures. A record stays with its charge when that changes its
-- plan: the own plan's slot also has the records of the plans that it has had, but for those of an
-- add-on.
create function measured_plans(subscription bigint, slot integer, plan bigint) returns bigint[]
language sql stable as $$
  select case slot when 0 then array(
      select s.plan_id from subscription s where s.subscription_id = subscription
      union
      select x.plan_id from subscription_change x
      where x.subscription_id = subscription and x.plan_id is not null
      except
      select a.plan_id from subscription_addon a where a.subscription_id = subscription
    ) || plan else array[plan] end
$$;

-- Usage that comes in, or is corrected, while a run is at work or after it has billed those days is
-- told by the version and by usage_from; only late usage makes the next run look.
create function usage_comes_in() returns trigger language plpgsql as $$
begin
  update billing_cursor c
  set version = c.version + 1, usage_from = least(c.usage_from, t.first_day),
    next_bill_on = case when t.first_day >= c.usage_through then c.next_bill_on end
  from (select subscription_id, min(used_on) as first_day from touched group by subscription_id) t
  where c.subscription_id = t.subscription_id;
  return null;
end $$;

create trigger usage_record_inserted after insert on usage_record
  referencing new table as touched for each statement execute function usage_comes_in();
create trigger usage_record_deleted after delete on usage_record
  referencing old table as touched for each statement execute function usage_comes_in();
create trigger usage_record_corrected_from after update on usage_record
  referencing old table as touched for each statement execute function usage_comes_in();
create trigger usage_record_corrected_to after update on usage_record
  referencing new table as touched for each statement execute function usage_comes_in();

create table pending_line_item (
  pending_line_item_id bigint generated always as identity,
  customer_id  bigint not null,
  item_id      bigint,
  type         text,
  name         text not null,
  description  text,
  quantity     numeric not null default 1,
  unit_cost    numeric not null,
  currency     char(3) not null,
  discountable boolean not null default true,
  taxable      boolean not null default true,
  tax_category text,
  discounts    jsonb not null default '[]',
  taxes        text[] not null default '{}',
  tax_amount   numeric not null default 0,
  metadata     jsonb not null default '{}',
  added_on     date not null,
  invoice_id   bigint,
  line_no      integer,
  constraint pending_line_item_pkey primary key (pending_line_item_id),
  constraint pending_line_item_customer_fkey foreign key (customer_id) references customer,
  constraint pending_line_item_item_fkey foreign key (item_id) references item,
  constraint pending_line_item_swept_whole check ((invoice_id is null) = (line_no is null)),
  constraint pending_line_item_places check (scale(quantity) <= 12 and scale(unit_cost) <= 12),
  constraint pending_line_item_quantity_sound check (quantity >= 0),
  constraint pending_line_item_tax_amount_sound check (tax_amount between 0 and 1e15)
);
create index pending_line_item_waiting_idx on pending_line_item (customer_id)
  where invoice_id is null;
create index pending_line_item_invoice_idx on pending_line_item (invoice_id)
  where invoice_id is not null;
comment on table pending_line_item is
  'A one-off line that rides on the customer''s next invoice, once.';
comment on column pending_line_item.tax_amount is
  'Tax of no rate, in major units, once for the line and with its sign (RULES 1.9).';
comment on column pending_line_item.added_on is
  'The day it came in, in the seller''s zone; after 31 days it makes an invoice of its own '
  '(RULES 5).';
comment on column pending_line_item.invoice_id is 'The invoice that swept it, null while it waits.';
