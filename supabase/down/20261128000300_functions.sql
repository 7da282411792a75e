-- Takes back migrations/20261128000300_functions.sql. No row is lost.

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
    execute format('drop function %s', ours);
  end loop;
end
$$;

notify pgrst, 'reload schema';
