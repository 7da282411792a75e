-- Takes back migrations/20261128000200_search.sql, after down/20261128000300_functions.sql. No row is lost.

do $$
declare
  ours regprocedure;
begin
  for ours in
    select oid from pg_proc
    where pronamespace = to_regnamespace('mesh')
      -- What the tables need stays.
      and proname not in ('identifiers', 'identifier_vector', 'search_vector')
  loop
    execute format('drop function %s', ours);
  end loop;
end
$$;
