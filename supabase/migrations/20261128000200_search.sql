-- What the functions of the next migration are made of: filters, questions in words, and the one statement of every search.
-- Run again, it changes nothing.

set search_path = public, extensions;

-- Filters ----------------------------------------------------------------------------------------------------------------
-- All of these are immutable, so a statement that is planned with its filters at hand sees constants, and what does not
-- restrict costs nothing.

-- The filters as an object, once none of them has a name that would be passed over in silence.
create or replace function mesh.filters(given jsonb, known text[]) returns jsonb
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
  unknown text;
  wrong text;
begin
  if given is null or jsonb_typeof(given) = 'null' then
    return '{}';
  end if;
  if jsonb_typeof(given) <> 'object' then
    raise exception 'filters have to be an object' using errcode = 'invalid_parameter_value';
  end if;
  select string_agg(key, ', ') into unknown from jsonb_object_keys(given) key where key <> all (known);
  if unknown is not null then
    raise exception 'unknown filters: %', unknown
      using errcode = 'invalid_parameter_value', hint = 'known are: ' || array_to_string(known, ', ');
  end if;
  select string_agg(key, ', ') into wrong from jsonb_each(given) where jsonb_typeof(value) in ('object', 'number');
  if wrong is not null then
    raise exception 'filters that are neither texts nor lists of them: %', wrong using errcode = 'invalid_parameter_value';
  end if;
  return given;
end
$$;

-- The values that a filter allows, in lower case; null, where it does not restrict.
create or replace function mesh.choices(filters jsonb, name text) returns text[]
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select case jsonb_typeof(filters -> name)
    when 'array' then (select array_agg(lower(value)) from jsonb_array_elements_text(filters -> name) value)
    when 'string' then array[lower(filters ->> name)]
  end
$$;

-- The same as patterns for `like`: a part of the text is enough.
create or replace function mesh.parts(filters jsonb, name text) returns text[]
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select array_agg('%' || replace(replace(replace(value, '\', '\\'), '%', '\%'), '_', '\_') || '%')
  from unnest(mesh.choices(filters, name)) value
$$;

-- The same for the pattern of a path, in which `*` stands for any characters and `?` for one.
create or replace function mesh.path_parts(filters jsonb, name text) returns text[]
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select array_agg(replace(replace(part, '*', '%'), '?', '_')) from unnest(mesh.parts(filters, name)) part
$$;

-- Extensions of files, with or without their dot.
create or replace function mesh.extensions(filters jsonb, name text) returns text[]
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select array_agg(ltrim(value, '.')) from unnest(mesh.choices(filters, name)) value
$$;

-- A moment in ISO 8601, in UTC where it does not say otherwise; of a day its beginning.
create or replace function mesh.moment(written text) returns timestamptz
language plpgsql immutable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
begin
  if written is null or written = '' then
    return null;
  end if;
  if written !~ '^\d{4}-\d{2}-\d{2}([T ].*)?$' then
    raise exception 'not a date or moment in ISO 8601' using errcode = 'invalid_parameter_value';
  end if;
  return written::timestamptz;
end
$$;

-- The first moment that is no longer included: that after a day, or after the moment itself.
create or replace function mesh.moment_after(written text) returns timestamptz
language sql immutable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
  select mesh.moment(written) + case when length(written) = 10 then interval '1 day' else interval '1 microsecond' end
$$;

create or replace function mesh.jira_ticket_restriction() returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select $restriction$
    (mesh.choices($1, 'project_key') is null or lower(t.project_key) = any (mesh.choices($1, 'project_key')))
    and (mesh.choices($1, 'status') is null or lower(t.status) = any (mesh.choices($1, 'status')))
    and (mesh.choices($1, 'priority') is null or lower(t.priority) = any (mesh.choices($1, 'priority')))
  $restriction$
$$;

-- Search -----------------------------------------------------------------------------------------------------------------

-- Lexemes of which one has to be there.
create or replace function mesh.any_of(lexemes text[]) returns tsquery
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(string_agg('''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || '''', ' | '), '')::tsquery
  from unnest(lexemes) lexeme
$$;

-- What is asked for beside the meaning: a row that holds one of the question's identifiers, or all of its words.
create or replace function mesh.word_query(words text) returns tsquery
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select mesh.any_of(mesh.identifiers(words)) || plainto_tsquery('english', coalesce(words, ''))
$$;

-- The statement of every search, for `execute … using`:
-- $1 the filters, $2 the question's embedding, $3 the least similarity, $4 the greatest number of rows, $5 the question's words.
--
-- Where the filters leave few rows, `exact` compares all of them; else `nearest` walks the index, and `exact` runs after all if
-- the walk ends with too few. What holds the words is found beside it, whatever its similarity, and the two lists are fused by
-- reciprocal rank (Cormack, Clarke and Büttcher, 2009; 60 is their constant).
--
-- 10,000 vectors are compared in some 50 ms. A walk through as many rows that a filter leaves out takes longer, and misses more.
create or replace function mesh.search_statement(source text, columns text, restriction text) returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select format($statement$
    with allowed as materialized (
      select count(*) as found from (select from %1$s t where t.embedding is not null and %3$s limit 10001) bounded
    ), nearest as materialized (
      select t.id, t.embedding <=> $2 as distance
      from %1$s t
      where (select found > 10000 from allowed) and t.embedding is not null and %3$s
      order by t.embedding::halfvec(1536) <=> $2::halfvec(1536)
      limit $4
    ), exact as materialized (
      select t.id, t.embedding <=> $2 as distance
      from %1$s t
      where (select count(*) < $4 from nearest) and t.embedding is not null and %3$s
      order by distance
      limit $4
    ), meaning as (
      select id, row_number() over (order by distance, id) as place
      from (select * from nearest union select * from exact) candidate
      -- Not a number, as with a vector of zeros, is greater than all numbers.
      where 1 - distance between $3 and 2
    ), words as (
      select id, row_number() over (order by rank desc, id) as place
      from (
        select t.id, ts_rank(t.search, mesh.word_query($5)) as rank
        from %1$s t
        where $5 is not null and t.search @@ mesh.word_query($5) and %3$s
        order by rank desc, t.id
        limit $4
      ) candidate
    ), fused as (
      select id, words.place, coalesce(1.0 / (60 + meaning.place), 0) + coalesce(1.0 / (60 + words.place), 0) as score
      from meaning full join words using (id)
    )
    select %2$s
    from fused
    join %1$s t using (id)
    cross join lateral (select coalesce(nullif(1 - (t.embedding <=> $2), 'NaN'), 0) as similarity) s
    order by fused.score desc, fused.place nulls last, s.similarity desc, id
    limit $4
  $statement$, source, columns, restriction)
$$;

create or replace function mesh.max_rows(wanted int) returns int
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select least(greatest(coalesce(wanted, 15), 0), 200)
$$;

revoke all on all functions in schema mesh from public, anon, authenticated;
grant execute on all functions in schema mesh to service_role;

reset search_path;
