-- The functions that AOMA Mesh calls. Run again, it changes nothing; functions of these names that were there before are
-- replaced, whatever their arguments: PostgREST could not tell two apart that take arguments of the same names.

set search_path = public, extensions;

do $$
declare
  old regprocedure;
begin
  for old in
    select oid from pg_proc
    where pronamespace = 'public'::regnamespace
      and proname in (
        'search_jira_tickets_semantic', 'count_jira_tickets', 'count_jira_tickets_by_project', 'search_git_commits_semantic',
        'search_code_files_semantic', 'search_emails_semantic', 'match_aoma_vectors', 'upsert_aoma_vector'
      )
  loop
    execute format('drop function %s', old);
  end loop;
end
$$;

-- Loads the extension: its settings can then be those of a function without being a superuser.
select '[1]'::vector;

create function public.search_jira_tickets_semantic(
  p_query_embedding vector,
  p_similarity_threshold double precision default 0.3,
  p_max_results int default 15,
  p_filters jsonb default null,
  p_query_text text default null
) returns table (key text, summary text, status text, priority text, project_key text, similarity double precision)
language plpgsql stable rows 15
set search_path = public, extensions, pg_temp
set hnsw.iterative_scan = 'relaxed_order'
set hnsw.ef_search = 100
as $$
begin
  return query execute mesh.search_statement(
    'public.jira_tickets',
    't.external_id::text, t.title::text, t.status::text, t.priority::text, t.project_key, s.similarity',
    mesh.jira_ticket_restriction()
  ) using
    mesh.filters(p_filters, array['project_key', 'status', 'priority']),
    p_query_embedding, coalesce(p_similarity_threshold, 0), mesh.max_rows(p_max_results), p_query_text;
end
$$;

-- By words alone, for a caller who has no embedding: any of them will do, and the similarity is the share of them that a
-- ticket holds. PostgREST tells it from the other by the names of its arguments.
create function public.search_jira_tickets_semantic(
  search_query text,
  max_results int default 15,
  similarity_threshold double precision default 0,
  filters jsonb default null
) returns table (key text, summary text, status text, priority text, project_key text, similarity double precision)
language plpgsql stable rows 15
set search_path = public, extensions, pg_temp
as $$
declare
  words text[] := tsvector_to_array(to_tsvector('english', coalesce(search_query, '')));
  identifiers text[] := mesh.identifiers(search_query);
begin
  return query execute format($statement$
    with held as (
      select
        t.external_id, t.title, t.status, t.priority, t.project_key,
        t.search @@ mesh.any_of($3) as named,
        cardinality(array(select unnest($2) intersect select unnest(tsvector_to_array(t.search))))::float8
          / greatest(cardinality($2), 1) as share,
        ts_rank(t.search, mesh.any_of($2 || $3)) as rank
      from public.jira_tickets t
      where t.search @@ mesh.any_of($2 || $3) and %s
    )
    select external_id::text, title::text, status::text, priority::text, project_key, share
    from held
    where named or share >= $4
    order by named desc, share desc, rank desc, external_id
    limit $5
  $statement$, mesh.jira_ticket_restriction())
  using
    mesh.filters(filters, array['project_key', 'status', 'priority']),
    words, identifiers, coalesce(similarity_threshold, 0), mesh.max_rows(max_results);
end
$$;

create function public.count_jira_tickets(p_filters jsonb default null) returns bigint
language plpgsql stable
set search_path = public, extensions, pg_temp
as $$
declare
  counted bigint;
begin
  execute 'select count(*) from public.jira_tickets t where ' || mesh.jira_ticket_restriction()
    into counted
    using mesh.filters(p_filters, array['project_key', 'status', 'priority']);
  return counted;
end
$$;

create function public.count_jira_tickets_by_project(p_status_filter text[] default null, p_priority_filter text[] default null)
returns table (project_key text, count bigint)
language plpgsql stable rows 50
set search_path = public, extensions, pg_temp
as $$
begin
  return query execute
    'select t.project_key, count(*) from public.jira_tickets t where ' || mesh.jira_ticket_restriction()
    || ' group by t.project_key order by count(*) desc, t.project_key'
    using jsonb_build_object('status', to_jsonb(p_status_filter), 'priority', to_jsonb(p_priority_filter));
end
$$;

create function public.search_git_commits_semantic(
  p_query_embedding vector,
  p_similarity_threshold double precision default 0.3,
  p_max_results int default 15,
  p_filters jsonb default null,
  p_query_text text default null
) returns table (
  commit_hash text, commit_message text, author_name text, author_email text, commit_date timestamptz, repository_name text,
  files_changed jsonb, additions bigint, deletions bigint, diff_summary text, similarity double precision
)
language plpgsql stable rows 15
set search_path = public, extensions, pg_temp
set hnsw.iterative_scan = 'relaxed_order'
set hnsw.ef_search = 100
as $$
begin
  return query execute mesh.search_statement(
    'public.git_commits',
    't.commit_hash::text, t.commit_message::text, t.author_name::text, t.author_email::text, t.commit_date::timestamptz,
     t.repository_name::text, t.files_changed::jsonb, t.additions::bigint, t.deletions::bigint, t.diff_summary::text, s.similarity',
    $restriction$
      (mesh.choices($1, 'repository') is null or lower(t.repository_name) = any (mesh.choices($1, 'repository')))
      and (mesh.parts($1, 'author') is null or lower(concat_ws(' ', t.author_name, t.author_email)) like any (mesh.parts($1, 'author')))
      and (mesh.moment($1 ->> 'date_from') is null or t.commit_date >= mesh.moment($1 ->> 'date_from'))
      and (mesh.moment_after($1 ->> 'date_to') is null or t.commit_date < mesh.moment_after($1 ->> 'date_to'))
      and (mesh.path_parts($1, 'file_pattern') is null or exists (
        select from jsonb_array_elements_text(t.files_changed::jsonb) path where lower(path) like any (mesh.path_parts($1, 'file_pattern'))
      ))
    $restriction$
  ) using
    mesh.filters(p_filters, array['repository', 'author', 'date_from', 'date_to', 'file_pattern']),
    p_query_embedding, coalesce(p_similarity_threshold, 0), mesh.max_rows(p_max_results), p_query_text;
end
$$;

create function public.search_code_files_semantic(
  p_query_embedding vector,
  p_similarity_threshold double precision default 0.3,
  p_max_results int default 15,
  p_filters jsonb default null,
  p_query_text text default null
) returns table (
  file_path text, file_name text, file_extension text, language text, content_preview text, content_summary text,
  repository_name text, line_count bigint, last_modified timestamptz, similarity double precision
)
language plpgsql stable rows 15
set search_path = public, extensions, pg_temp
set hnsw.iterative_scan = 'relaxed_order'
set hnsw.ef_search = 100
as $$
begin
  return query execute mesh.search_statement(
    'public.code_files',
    't.file_path::text, t.file_name::text, t.file_extension::text, t.language::text, left(t.content, 500), t.content_summary::text,
     t.repository_name::text, t.line_count::bigint, t.last_modified::timestamptz, s.similarity',
    $restriction$
      (mesh.choices($1, 'repository') is null or lower(t.repository_name) = any (mesh.choices($1, 'repository')))
      and (mesh.choices($1, 'language') is null or lower(t.language) = any (mesh.choices($1, 'language')))
      and (mesh.extensions($1, 'file_extension') is null or lower(t.file_extension) = any (mesh.extensions($1, 'file_extension')))
    $restriction$
  ) using
    mesh.filters(p_filters, array['repository', 'language', 'file_extension']),
    p_query_embedding, coalesce(p_similarity_threshold, 0), mesh.max_rows(p_max_results), p_query_text;
end
$$;

create function public.search_emails_semantic(
  p_query_embedding vector,
  p_similarity_threshold double precision default 0.3,
  p_max_results int default 15,
  p_filters jsonb default null,
  p_query_text text default null
) returns table (
  message_id text, subject text, from_email text, from_name text, to_emails jsonb, sent_at timestamptz, has_attachments boolean,
  body_preview text, similarity double precision
)
language plpgsql stable rows 15
set search_path = public, extensions, pg_temp
set hnsw.iterative_scan = 'relaxed_order'
set hnsw.ef_search = 100
as $$
begin
  return query execute mesh.search_statement(
    'public.emails',
    't.message_id::text, t.subject::text, t.from_email::text, t.from_name::text, t.to_emails::jsonb, t.sent_at::timestamptz,
     t.has_attachments, left(t.body, 500), s.similarity',
    $restriction$
      (mesh.parts($1, 'from') is null or lower(concat_ws(' ', t.from_name, t.from_email)) like any (mesh.parts($1, 'from')))
      and (mesh.parts($1, 'to') is null or exists (
        select from jsonb_array_elements_text(t.to_emails::jsonb) address where lower(address) like any (mesh.parts($1, 'to'))
      ))
      and (mesh.parts($1, 'subject') is null or lower(t.subject) like any (mesh.parts($1, 'subject')))
      and (mesh.moment($1 ->> 'date_from') is null or t.sent_at >= mesh.moment($1 ->> 'date_from'))
      and (mesh.moment_after($1 ->> 'date_to') is null or t.sent_at < mesh.moment_after($1 ->> 'date_to'))
      and (($1 ->> 'has_attachments') is null or t.has_attachments = ($1 ->> 'has_attachments')::boolean)
    $restriction$
  ) using
    mesh.filters(p_filters, array['from', 'to', 'subject', 'date_from', 'date_to', 'has_attachments']),
    p_query_embedding, coalesce(p_similarity_threshold, 0), mesh.max_rows(p_max_results), p_query_text;
end
$$;

create function public.match_aoma_vectors(
  query_embedding vector,
  match_threshold double precision default 0.3,
  match_count int default 15,
  filter_source_types text[] default null,
  query_text text default null
) returns table (
  id uuid, content text, created_at timestamptz, metadata jsonb, similarity double precision, source_id text, source_type text
)
language plpgsql stable rows 15
set search_path = public, extensions, pg_temp
set hnsw.iterative_scan = 'relaxed_order'
set hnsw.ef_search = 100
as $$
begin
  return query execute mesh.search_statement(
    'public.aoma_vectors',
    't.id, t.content, t.created_at, t.metadata, s.similarity, t.source_id, t.source_type',
    $restriction$
      (mesh.choices($1, 'source_types') is null or lower(t.source_type) = any (mesh.choices($1, 'source_types')))
    $restriction$
  ) using
    jsonb_build_object('source_types', to_jsonb(filter_source_types)),
    query_embedding, coalesce(match_threshold, 0), mesh.max_rows(match_count), query_text;
end
$$;

-- Keeps a passage, in the place of an earlier one of the same kind and id.
create function public.upsert_aoma_vector(
  p_content text,
  p_embedding vector,
  p_source_type text,
  p_source_id text,
  p_metadata jsonb default '{}',
  p_content_hash text default null,
  p_embedding_model text default null
) returns uuid
language sql volatile
set search_path = public, extensions, pg_temp
as $$
  insert into public.aoma_vectors as kept
    (content, embedding, source_type, source_id, metadata, content_hash, embedding_model)
  values (
    p_content, p_embedding, p_source_type, p_source_id, coalesce(p_metadata, '{}'),
    coalesce(p_content_hash, encode(sha256(convert_to(p_content, 'UTF8')), 'hex')), p_embedding_model
  )
  on conflict (source_type, source_id) do update set
    content = excluded.content,
    embedding = excluded.embedding,
    metadata = excluded.metadata,
    content_hash = excluded.content_hash,
    embedding_model = excluded.embedding_model,
    updated_at = now()
  returning kept.id
$$;

-- Nobody calls them but the service role, whatever the project grants on new functions by default.
do $$
declare
  ours regprocedure;
begin
  for ours in
    select oid from pg_proc
    where pronamespace = 'public'::regnamespace
      and proname in (
        'search_jira_tickets_semantic', 'count_jira_tickets', 'count_jira_tickets_by_project', 'search_git_commits_semantic',
        'search_code_files_semantic', 'search_emails_semantic', 'match_aoma_vectors', 'upsert_aoma_vector'
      )
  loop
    execute format('revoke all on function %s from public, anon, authenticated', ours);
    execute format('grant execute on function %s to service_role', ours);
  end loop;
end
$$;

reset search_path;

-- PostgREST finds new functions after this.
notify pgrst, 'reload schema';
