use std::path::PathBuf;

use mesh_tools::Family;
use tempfile::TempDir;

use crate::support::{Ran, mesh, ran, run, text};

/// A policy of that text, in a folder that goes with the value.
fn written(policy: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("policy.toml");
    std::fs::write(&file, policy).expect("a file");
    (folder, file)
}

/// What was said, with the folder's name taken out.
fn check(policy: &str) -> (i32, String, String) {
    let (folder, file) = written(policy);
    let Ran {
        code,
        stdout,
        stderr,
    } = run(&["policy", "check", text(&file)]);
    let folder = format!("{}/", text(folder.path()));
    (
        code,
        stdout.replace(&folder, ""),
        stderr.replace(&folder, ""),
    )
}

/// The policy of the operators' page.
fn example() -> &'static str {
    let page = include_str!("../../../../docs/POLICY.md");
    let (_, rest) = page.split_once("```toml\n").expect("an example");
    rest.split_once("```").expect("its end").0
}

fn explain(caller: &str, asked: &str) -> Ran {
    let (_folder, file) = written(example());
    run(&["policy", "explain", caller, asked, text(&file)])
}

#[test]
fn the_page_names_every_family() {
    let page = include_str!("../../../../docs/POLICY.md").replace('\n', " ");
    let (_, list) = page.split_once("the families are ").expect("the list");
    let (list, _) = list.split_once(" and `upstream:NAME`").expect("its end");
    let named: Vec<_> = list.trim_end_matches(',').split([',', ' ']).collect();
    let named: Vec<_> = named
        .into_iter()
        .filter(|word| !["", "and"].contains(word))
        .collect();
    assert_eq!(named, Family::ALL.map(Family::as_str));
}

#[test]
fn the_policy_of_the_page_is_right() {
    let (code, stdout, stderr) = check(example());
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(stdout, "policy.toml: teams 4, rules 13\n");
}

#[test]
fn the_policy_of_the_readme_is_right_and_lets_its_caller_in() {
    let page = include_str!("../../../../README.md");
    let (_, rest) = page.split_once("```toml\n").expect("an example");
    let policy = rest.split_once("```").expect("its end").0;
    let (code, stdout, stderr) = check(policy);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(stdout, "policy.toml: teams 1, rules 2\n");
    assert!(page.contains("mesh keys create eleven-voice\n"));
}

#[test]
fn an_open_bracket_is_one_fault() {
    let (code, _, stderr) = check("[team.a\nmembers = [\"local\"]\nread = [\"search\"\n[team.b]\n");
    let told = "error: policy.toml: line 1: unclosed table, expected `]`\n";
    assert_eq!((code, stderr.as_str()), (1, told));
}

#[test]
fn every_fault_is_told_with_its_line() {
    let (code, stdout, stderr) = check("[team.a]\nmembers = [\"ada\"]\nreads = []\n");
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert_eq!(
        stderr,
        "error: policy.toml: line 2: `ada` must be `local`, `bearer`, `key:ID`, `arn:aws:…`, `jwt:SUBJECT@ISSUER` or `*`\n\
         error: policy.toml: line 3: `reads` is nothing that a team has: it has members, claims, read, write, spend, deny, \
         resources, prompts, arguments and limits\n"
    );
    let absent = run(&["policy", "check", "no-such-file.toml"]);
    assert_eq!(absent.code, 1);
    assert!(
        absent
            .stderr
            .starts_with("error: cannot read `no-such-file.toml`: ")
    );
}

#[test]
fn what_there_is_not_is_a_warning_with_the_nearest_name() {
    let (code, stdout, stderr) = check(
        "\
[team.a]
members = [\"local\"]
read = [\"serach_jira_tickets\", \"search_*\", \"jira_*\", \"family:mails\"]
write = [\"search\"]
deny = [\"fetsh\", \"resource:aoma://mails/*\", \"prompt:triage_tickets\"]
resources = [\"aoma://*\", \"jira://ticket/ITSM-*\", \"aoma://helth\"]
[team.a.arguments.search_jira_ticket]
projectKey = [\"ITSM\"]
[team.a.arguments.search_jira_tickets]
projektKey = [\"ITSM\"]
[team.a.arguments.fetch]
id = [\"ITSM\"]
",
    );
    assert_eq!(
        (code, stdout.as_str()),
        (3, "policy.toml: teams 1, rules 11\n")
    );
    assert_eq!(
        stderr,
        "warning: policy.toml: line 3: no tool is called `serach_jira_tickets`; the nearest one is `search_jira_tickets`\n\
         warning: policy.toml: line 3: no tool is like `jira_*`\n\
         warning: policy.toml: line 3: no tool is of a family `mails`; the nearest one is `mail`\n\
         warning: policy.toml: line 4: `search` is allowed under `read`: under `write` it means nothing\n\
         warning: policy.toml: line 5: no tool is called `fetsh`; the nearest one is `fetch`\n\
         warning: policy.toml: line 5: no resource is like `aoma://mails/*`\n\
         warning: policy.toml: line 5: no prompt is called `triage_tickets`; the nearest one is `triage_ticket`\n\
         warning: policy.toml: line 6: no resource is called `aoma://helth`; the nearest one is `aoma://health`\n\
         warning: policy.toml: line 8: no tool is called `search_jira_ticket`, so that nothing is constrained; the nearest \
         one is `search_jira_tickets`\n\
         warning: policy.toml: line 10: `search_jira_tickets` has no argument `projektKey`, so that no call is allowed; the \
         nearest one is `projectKey`\n\
         warning: policy.toml: line 12: the team `a` may not call `fetch` at all\n"
    );
}

#[test]
fn an_explanation_shows_teams_lines_limits_and_constraints() {
    let explained = explain(
        "arn:aws:sts::123456789012:assumed-role/support-eu/ada",
        "search_jira_tickets",
    );
    assert_eq!((explained.code, explained.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(explained.stdout, @r#"
    arn:aws:sts::123456789012:assumed-role/support-eu may use the tool `search_jira_tickets`
      team everyone (line 2)
        is in it by line 3: members = ["*"]
        no line allows it
      team support (line 9)
        is in it by line 10: members = ["arn:aws:sts::123456789012:assumed-role/support-*"]
        allowed by line 12: read = ["family:tracker"]
        only with these values of projectKey, by line 17: ITSM, AOMA
      limit: 100 calls a minute, 50 at once, of all tools that read
    "#);
}

#[test]
fn a_denial_is_explained_and_is_status_1() {
    let explained = explain("local", "search_outlook_emails");
    assert_eq!((explained.code, explained.stderr.as_str()), (1, ""));
    insta::assert_snapshot!(explained.stdout, @r#"
    local may not use the tool `search_outlook_emails`
      team developers (line 31)
        is in it by line 32: members = ["local", "jwt:ada@https://id.example.com"]
        allowed by line 33: read = ["*"]
      team everyone (line 2)
        is in it by line 3: members = ["*"]
        denied by line 6: deny = ["family:mail"]
    "#);
    let (_folder, file) = written("");
    let nobody = run(&[
        "policy",
        "explain",
        "bearer",
        "prompt:triage_ticket",
        text(&file),
    ]);
    assert_eq!(
        (nobody.code, nobody.stdout.as_str()),
        (
            1,
            "bearer may not use the prompt `triage_ticket`\n  it is in no team\n"
        )
    );
}

#[test]
fn a_resource_is_meant_with_the_prefix_that_a_policy_writes_and_without_it() {
    let (_folder, file) = written(
        "[team.a]\nmembers = [\"local\"]\nresources = [\"*\"]\ndeny = [\"resource:aoma://mail/*\"]\n",
    );
    let explained = |asked| run(&["policy", "explain", "local", asked, text(&file)]);
    for (prefixed, uri, code) in [
        ("resource:aoma://health", "aoma://health", 0),
        ("resource:aoma://mail/7", "aoma://mail/7", 1),
    ] {
        let [with, without] = [prefixed, uri].map(explained);
        assert_eq!((with.code, &with.stdout), (code, &without.stdout));
        let told = format!("use the resource `{uri}`\n");
        assert!(with.stdout.contains(&told), "{}", with.stdout);
    }
    let own_scheme = explained("resource://mail/7").stdout;
    assert!(own_scheme.contains("`resource://mail/7`"), "{own_scheme}");
}

#[test]
fn a_token_is_explained_by_its_claims() {
    let folder = tempfile::tempdir().expect("a folder");
    let claims = folder.path().join("claims.json");
    let of_support = r#"{"iss": "https://id.example.com", "sub": "bob", "groups": ["support"]}"#;
    std::fs::write(&claims, of_support).expect("a file");
    let caller = format!("jwt:{}", text(&claims));
    let explained = explain(&caller, "prompt:answer_with_citations");
    assert_eq!((explained.code, explained.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(explained.stdout, @r#"
    jwt:bob@https://id.example.com may use the prompt `answer_with_citations`
      team everyone (line 2)
        is in it by line 3: members = ["*"]
        no line allows it
      team support (line 9)
        is in it by line 11: claims = { iss = ["https://id.example.com"], groups = ["support", "support-leads"] }
        allowed by line 13: prompts = ["answer_with_citations"]
    "#);
    std::fs::write(&claims, r#"{"sub": "ada"}"#).expect("a file");
    assert_eq!(explain(&caller, "search").code, 64);
}

#[test]
fn the_server_s_own_policy_is_the_one_meant_where_none_is_named() {
    let (_folder, file) = written(example());
    let mut command = mesh(&[
        "policy",
        "explain",
        "key:eleven-voice",
        "query_aoma_knowledge",
    ]);
    command.env("MESH_POLICY", &file);
    let explained = ran(command.output().expect("the command starts"));
    assert_eq!(explained.code, 0, "{explained:?}");
    assert!(
        explained.stdout.ends_with(
            "  limit: 300 calls a minute, 20 at once, of all tools that read\n  \
                 limit: the arguments of a call: 4096 bytes\n  limit: a result: 65536 bytes\n"
        ),
        "{explained:?}"
    );
}

#[test]
fn what_servers_behind_the_address_have_is_no_fault_and_is_said_not_to_be_looked_up() {
    let (code, stdout, stderr) = check(
        "\
[team.a]
members = [\"local\"]
read = [\"github__*\", \"family:upstream:github\"]
resources = [\"file:///srv/*\", \"mesh://github/*\"]
prompts = [\"github__review\"]
[team.a.arguments.github__search_issues]
repo = [\"shop\"]
",
    );
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(
        stdout,
        "policy.toml: teams 1, rules 5\n\
         policy.toml: not looked up, as servers behind the address have them: `github__*` (line 3), `file:///srv/*` (line 4), \
         `mesh://github/*` (line 4), `github__review` (line 5), `github__search_issues` (line 7)\n"
    );
}

#[test]
fn a_tool_of_a_server_behind_the_address_is_explained_as_one_that_writes() {
    let (_folder, file) = written("[team.ci]\nmembers = [\"key:ci\"]\nread = [\"github__*\"]\n");
    let asked = |name| run(&["policy", "explain", "key:ci", name, text(&file)]);
    let explained = asked("github__search_issues");
    assert_eq!((explained.code, explained.stderr.as_str()), (1, ""));
    insta::assert_snapshot!(explained.stdout, @r#"
    key:ci may not use the tool `github__search_issues`
      team ci (line 1)
        is in it by line 2: members = ["key:ci"]
        no line allows it
      it is taken for a tool that writes: what it does, its server says, which was not asked; if it says that it only reads (`readOnlyHint`), key:ci may use it
    "#);
    let (_folder, file) =
        written("[team.ci]\nmembers = [\"key:ci\"]\nwrite = [\"family:upstream:github\"]\n");
    let asked = |name| run(&["policy", "explain", "key:ci", name, text(&file)]);
    assert_eq!(asked("github__create_issue").code, 0);
    assert_eq!(asked("gitlab__create_issue").code, 1);
}
