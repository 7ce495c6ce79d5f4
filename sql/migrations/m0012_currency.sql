-- The digits of each currency, for SQL that speaks in major units; billing itself reads them from
-- the program.

create table currency (
  code       char(3) not null,
  digits     smallint not null,
  minor_unit numeric not null generated always
    as (round(power(10::numeric, -digits), digits)) stored,
  constraint currency_pkey primary key (code),
  constraint currency_lower check (code = lower(code)),
  constraint currency_digits_range check (digits between 0 and 4)
);
comment on table currency is
  'ISO 4217: the currencies in use and the digits of their minor unit. A test compares it with '
  'the program''s own.';
comment on column currency.minor_unit is
  'One minor unit in major units: 0.01 for usd. An amount in minor units times this is exact.';

insert into currency (code, digits)
select code, digits
from (values
  (0::smallint, 'bif clp djf gnf isk jpy kmf krw pyg rwf ugx uyi vnd vuv xaf xof xpf'),
  (2::smallint, 'aed afn all amd aoa ars aud awg azn bam bbd bdt bmd bnd bob bov brl bsd btn bwp byn
    bzd cad cdf che chf chw cny cop cou crc cup cve czk dkk dop dzd egp ern etb eur fjd
    fkp gbp gel ghs gip gmd gtq gyd hkd hnl htg huf idr ils inr irr jmd kes kgs khr kpw
    kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mru mur mvr mwk mxn mxv myr
    mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sdg
    sek sgd shp sle sos srd ssp stn svc syp szl thb tjs tmt top try ttd twd tzs uah usd
    usn uyu uzs ved ves wst xad xcd xcg yer zar zmw zwg'),
  (3::smallint, 'bhd iqd jod kwd lyd omr tnd'),
  (4::smallint, 'clf uyw')
) as known (digits, codes), regexp_split_to_table(codes, '\s+') as code;

-- Whatever names a currency names one in use, so that no row keeps a run from reading the rest;
-- customers are checked once a statement.
alter table seller add constraint seller_currency_fkey foreign key (currency) references currency;
alter table tax_rate add constraint tax_rate_currency_fkey
  foreign key (currency) references currency;
alter table coupon add constraint coupon_currency_fkey foreign key (currency) references currency;
alter table item add constraint item_currency_fkey foreign key (currency) references currency;
alter table plan add constraint plan_currency_fkey foreign key (currency) references currency;
alter table pending_line_item add constraint pending_line_item_currency_fkey
  foreign key (currency) references currency;
alter table payment add constraint payment_currency_fkey foreign key (currency) references currency;
alter table credit add constraint credit_currency_fkey foreign key (currency) references currency;
