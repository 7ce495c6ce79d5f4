-- Makes the ledger of the simulated gateway where it is missing: a schema beside the books, since
-- what a gateway knows must not be undone with them. Several may do it at once. A role that may not
-- make schemas can use one that is there.
do $$
begin
  if to_regclass('simulated_gateway.refund') is null or not exists (
    select from pg_attribute a
    where a.attrelid = to_regclass('simulated_gateway.approval') and a.attname = 'token')
  then
    perform pg_advisory_xact_lock(hashtextextended('simulated_gateway', 0));
    create schema if not exists simulated_gateway;
    create table if not exists simulated_gateway.account (id text primary key);
    insert into simulated_gateway.account (id)
    select 'acct_sim_' || replace(gen_random_uuid()::text, '-', '')
    where not exists (select from simulated_gateway.account);
    create table if not exists simulated_gateway.approval (
      idempotency_key text primary key,
      amount_minor    bigint not null,
      currency        text not null,
      approved_at     timestamptz not null default clock_timestamp()
    );
    alter table simulated_gateway.approval add column if not exists token text;
    create table if not exists simulated_gateway.refund (
      idempotency_key text primary key,
      charge_key      text not null references simulated_gateway.approval,
      amount_minor    bigint not null,
      currency        text not null,
      refunded_at     timestamptz not null default clock_timestamp()
    );
    create index if not exists refund_charge_idx on simulated_gateway.refund (charge_key);
    comment on table simulated_gateway.refund is 'refunds that the simulated gateway made';
    comment on table simulated_gateway.approval is 'charges that the simulated gateway approved';
    comment on column simulated_gateway.approval.amount_minor is 'in minor units of the currency';
  end if;
end
$$
