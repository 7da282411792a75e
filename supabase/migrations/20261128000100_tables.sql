-- The tables that AOMA Mesh searches. Run again, it changes nothing; over tables of these names that were there before, it
-- adds what is missing and keeps their rows. docs/DATABASE.md says how to apply it and how to go back.
--
-- 1536 is the length of the vectors of text-embedding-3-small. For a model with another, replace the number in all files here.

-- Filling and indexing a table that was there before may take minutes.
set statement_timeout = 0;

create schema if not exists extensions;
create extension if not exists vector with schema extensions;

do $$
begin
  -- Before 0.8.0 a filter could leave a search of the index without rows: hnsw.iterative_scan.
  if (select string_to_array(extversion, '.')::int[] < array[0, 8, 0] from pg_extension where extname = 'vector') then
    raise exception 'pgvector is older than 0.8.0'
      using hint = 'upgrade the project''s database, then run: alter extension vector update';
  end if;
end
$$;

-- The extension may have been installed into either.
set search_path = public, extensions;

-- What the tables and functions share. The schema is not among those that PostgREST exposes.
create schema if not exists mesh;

-- Names that a text holds and that no dictionary knows: keys of tickets, error codes, names in code. A question that has one
-- is about it, so they are searched for exactly as they are written, but for case.
create or replace function mesh.identifiers(words text) returns text[]
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  with token as (
    select lower(m[1]) as token, m[1] as written
    from regexp_matches(left(words, 100000), '[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*', 'g') m
    union
    -- The key of a ticket, also within the name of a branch.
    select lower(m[1]), m[1] from regexp_matches(left(words, 100000), '[A-Za-z][A-Za-z0-9]+-[0-9]+', 'g') m
  )
  select coalesce(array_agg(distinct token order by token), '{}')
  from token
  where length(token) between 4 and 100
    and (written ~ '[A-Za-z]' and written ~ '[0-9]|_|[a-z][A-Z]' or written ~ '^[0-9]{5,}$')
$$;

-- The same for the search column, with a weight for ts_rank: 'A' is worth most, 'D' least.
create or replace function mesh.identifier_vector(words text, weight text) returns tsvector
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(string_agg(format('''%s'':1%s', identifier, weight), ' '), '')::tsvector
  from unnest(mesh.identifiers(words)) identifier
$$;

-- A heading and a text as they are searched for words. A tsvector holds 1 MB at most.
create or replace function mesh.search_vector(name text, heading text, body text) returns tsvector
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select mesh.identifier_vector(name, 'A')
    || setweight(to_tsvector('pg_catalog.english', left(coalesce(heading, ''), 100000)), 'B')
    || mesh.identifier_vector(concat_ws(' ', heading, body), 'C')
    || to_tsvector('pg_catalog.english', left(coalesce(body, ''), 100000))
$$;

create table if not exists public.jira_tickets (
  id uuid constraint mesh_jira_tickets_pkey primary key default gen_random_uuid(),
  external_id text not null,
  title text,
  description text,
  status text,
  priority text,
  metadata jsonb default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
alter table public.jira_tickets
  add column if not exists embedding vector(1536),
  add column if not exists embedding_model text,
  add column if not exists content_hash text,
  add column if not exists project_key text generated always as (
    upper(coalesce(nullif(metadata ->> 'projectKey', ''), split_part(external_id, '-', 1)))
  ) stored,
  add column if not exists search tsvector generated always as (
    mesh.search_vector(external_id, title, description)
  ) stored;
create unique index if not exists mesh_jira_tickets_key on public.jira_tickets (external_id);
create index if not exists mesh_jira_tickets_project on public.jira_tickets (lower(project_key));
create index if not exists mesh_jira_tickets_status on public.jira_tickets (lower(status));
create index if not exists mesh_jira_tickets_priority on public.jira_tickets (lower(priority));

create table if not exists public.git_commits (
  id uuid constraint mesh_git_commits_pkey primary key default gen_random_uuid(),
  repository_name text not null,
  commit_hash text not null
);
alter table public.git_commits
  add column if not exists commit_message text,
  add column if not exists author_name text,
  add column if not exists author_email text,
  add column if not exists commit_date timestamptz,
  -- A list of paths.
  add column if not exists files_changed jsonb not null default '[]',
  add column if not exists additions bigint,
  add column if not exists deletions bigint,
  add column if not exists diff_summary text,
  add column if not exists metadata jsonb not null default '{}',
  add column if not exists embedding vector(1536),
  add column if not exists embedding_model text,
  add column if not exists content_hash text,
  add column if not exists created_at timestamptz not null default now(),
  add column if not exists search tsvector generated always as (
    -- In the lengths that people quote it.
    mesh.search_vector(
      commit_hash || ' ' || left(commit_hash, 12) || ' ' || left(commit_hash, 10) || ' ' || left(commit_hash, 8) || ' ' || left(commit_hash, 7),
      commit_message,
      diff_summary
    )
  ) stored;
create unique index if not exists mesh_git_commits_key on public.git_commits (repository_name, commit_hash);
create index if not exists mesh_git_commits_repository on public.git_commits (lower(repository_name));
create index if not exists mesh_git_commits_date on public.git_commits (commit_date);

create table if not exists public.code_files (
  id uuid constraint mesh_code_files_pkey primary key default gen_random_uuid(),
  repository_name text not null,
  file_path text not null
);
alter table public.code_files
  add column if not exists file_name text generated always as (regexp_replace(file_path, '^.*/', '')) stored,
  add column if not exists file_extension text generated always as (lower(substring(file_path from '\.([^./]+)$'))) stored,
  add column if not exists language text,
  add column if not exists content text,
  add column if not exists content_summary text,
  add column if not exists line_count bigint,
  add column if not exists last_modified timestamptz,
  add column if not exists metadata jsonb not null default '{}',
  add column if not exists embedding vector(1536),
  add column if not exists embedding_model text,
  add column if not exists content_hash text,
  add column if not exists created_at timestamptz not null default now(),
  add column if not exists search tsvector generated always as (
    mesh.search_vector(file_path, translate(file_path, '/._-', '    ') || ' ' || coalesce(content_summary, ''), content)
  ) stored;
create unique index if not exists mesh_code_files_key on public.code_files (repository_name, file_path);
create index if not exists mesh_code_files_repository on public.code_files (lower(repository_name));
create index if not exists mesh_code_files_language on public.code_files (lower(language));
create index if not exists mesh_code_files_extension on public.code_files (lower(file_extension));

create table if not exists public.emails (
  id uuid constraint mesh_emails_pkey primary key default gen_random_uuid(),
  message_id text not null
);
alter table public.emails
  add column if not exists subject text,
  add column if not exists from_email text,
  add column if not exists from_name text,
  -- A list of addresses.
  add column if not exists to_emails jsonb not null default '[]',
  add column if not exists sent_at timestamptz,
  add column if not exists has_attachments boolean not null default false,
  add column if not exists body text,
  add column if not exists metadata jsonb not null default '{}',
  add column if not exists embedding vector(1536),
  add column if not exists embedding_model text,
  add column if not exists content_hash text,
  add column if not exists created_at timestamptz not null default now(),
  add column if not exists search tsvector generated always as (
    mesh.search_vector('', subject, body)
  ) stored;
create unique index if not exists mesh_emails_key on public.emails (message_id);
create index if not exists mesh_emails_sent on public.emails (sent_at);

create table if not exists public.aoma_vectors (
  id uuid constraint mesh_aoma_vectors_pkey primary key default gen_random_uuid(),
  source_type text not null,
  source_id text not null
);
alter table public.aoma_vectors
  add column if not exists content text not null default '',
  add column if not exists metadata jsonb not null default '{}',
  add column if not exists embedding vector(1536),
  add column if not exists embedding_model text,
  add column if not exists content_hash text,
  add column if not exists created_at timestamptz not null default now(),
  add column if not exists updated_at timestamptz not null default now(),
  add column if not exists search tsvector generated always as (
    mesh.search_vector(source_id, metadata ->> 'title', content)
  ) stored;
create unique index if not exists mesh_aoma_vectors_key on public.aoma_vectors (source_type, source_id);
create index if not exists mesh_aoma_vectors_kind on public.aoma_vectors (lower(source_type));

-- For each table: the index of meanings, at half precision, which costs half the memory and no measurable recall; the index of
-- words; and no one's rows but those of the service role, whatever the project grants on new tables by default.
do $$
declare
  name text;
begin
  foreach name in array array['jira_tickets', 'git_commits', 'code_files', 'emails', 'aoma_vectors'] loop
    execute format(
      'create index if not exists mesh_%1$s_embedding on public.%1$I using hnsw ((embedding::halfvec(1536)) halfvec_cosine_ops)',
      name
    );
    execute format('create index if not exists mesh_%1$s_search on public.%1$I using gin (search)', name);
    execute format('alter table public.%I enable row level security', name);
    execute format('revoke all on table public.%I from public, anon, authenticated, service_role', name);
    execute format('grant select, insert, update, delete on table public.%I to service_role', name);
  end loop;
end
$$;

-- Whoever writes a row computes its search column.
revoke all on schema mesh from public, anon, authenticated;
grant usage on schema mesh to service_role;
revoke all on all functions in schema mesh from public, anon, authenticated;
grant execute on all functions in schema mesh to service_role;

reset search_path;
reset statement_timeout;
