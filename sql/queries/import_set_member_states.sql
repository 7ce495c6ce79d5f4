-- Tells the import which countries are in the EU, until its transaction ends.
-- $1 codes of ISO 3166 text[]
select set_config('billrun.member_states', array_to_string($1::text[], ','), true)
