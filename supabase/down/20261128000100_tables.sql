-- Takes back migrations/20261128000100_tables.sql, after down/20261128000200_search.sql.
--
-- A table that the migration made is dropped WITH ITS ROWS. One that was there before keeps its rows, closed as it is, and what
-- was added, but for the search column and the indexes: its primary key is not named as the migration's are.

do $$
declare
  name text;
begin
  foreach name in array array['jira_tickets', 'git_commits', 'code_files', 'emails', 'aoma_vectors'] loop
    if exists (select from pg_constraint where conname = format('mesh_%s_pkey', name) and conrelid = to_regclass('public.' || name)) then
      execute format('drop table public.%I', name);
    elsif to_regclass('public.' || name) is not null then
      execute format('drop index if exists public.mesh_%1$s_embedding, public.mesh_%1$s_search', name);
      execute format('alter table public.%I drop column if exists search', name);
    end if;
  end loop;
end
$$;

drop index if exists public.mesh_jira_tickets_key, public.mesh_jira_tickets_project, public.mesh_jira_tickets_status,
  public.mesh_jira_tickets_priority, public.mesh_git_commits_key, public.mesh_git_commits_repository, public.mesh_git_commits_date,
  public.mesh_code_files_key, public.mesh_code_files_repository, public.mesh_code_files_language,
  public.mesh_code_files_extension, public.mesh_emails_key, public.mesh_emails_sent, public.mesh_aoma_vectors_key,
  public.mesh_aoma_vectors_kind;

drop function if exists mesh.search_vector(text, text, text), mesh.identifier_vector(text, text), mesh.identifiers(text);
-- The extension stays: others may use it.
drop schema if exists mesh;

notify pgrst, 'reload schema';
