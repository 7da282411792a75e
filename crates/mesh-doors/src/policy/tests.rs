mod faults;
mod members;
mod property;
mod speed;

use std::sync::Arc;

use mesh_core::{Caller, Effect, KeyId, Principal, Subject};
use serde_json::{Value, json};

use super::*;

fn policy(text: &str) -> Policy {
    Policy::parse(text).unwrap_or_else(|faults| panic!("{faults}"))
}

fn key(id: &str) -> Caller {
    Caller::Key(KeyId::new(id))
}

fn principal(arn: &str) -> Caller {
    Caller::Principal(Principal::new(arn).expect("somebody"))
}

fn subject(claims: Value) -> Caller {
    let Value::Object(claims) = claims else {
        panic!("claims are an object");
    };
    Caller::Subject(Arc::new(Subject::new(claims).expect("somebody")))
}

const fn tool<'a>(name: &'a str, family: &'a str, effect: Effect) -> Asked<'a> {
    Asked::Tool {
        name,
        family,
        effect,
    }
}

const TICKETS: Asked<'_> = tool("search_jira_tickets", "tracker", Effect::Read);
const MAIL: Asked<'_> = tool("search_outlook_emails", "mail", Effect::Read);
const CALL: Asked<'_> = tool("place_call", "phone", Effect::Spend);

/// Whether the caller may have it.
fn may(policy: &Policy, caller: &Caller, asked: &Asked<'_>) -> bool {
    policy.verdict(&policy.rights(caller), asked).is_allowed()
}

fn told(policy: &Policy, caller: &Caller, asked: &Asked<'_>, arguments: &Value) -> String {
    match policy.arguments(&policy.rights(caller), asked, arguments) {
        Ok(()) => "allowed".to_owned(),
        Err(denied) => denied.to_string(),
    }
}

#[test]
fn who_is_in_no_team_may_nothing() {
    let policy = policy("[team.support]\nmembers = [\"local\"]\nread = [\"*\"]");
    assert!(may(&policy, &Caller::Local, &TICKETS));
    let stranger = key("stranger");
    assert!(!may(&policy, &stranger, &TICKETS));
    assert_eq!(
        told(&policy, &stranger, &TICKETS, &json!({})),
        "the tool `search_jira_tickets` is not allowed: this caller is in no team"
    );
    assert!(policy.rights(&stranger).are_none());
    assert!(!may(&Policy::default(), &Caller::Local, &TICKETS));
}

#[test]
fn what_no_list_has_is_denied() {
    let policy = policy(
        "[team.a]\nmembers = [\"local\"]\nread = [\"family:tracker\", \"search\"]\nprompts = [\"triage_*\"]\n\
         resources = [\"aoma://ticket/*\"]",
    );
    for (asked, expected) in [
        (TICKETS, true),
        (MAIL, false),
        (tool("search", "reading", Effect::Read), true),
        (tool("search_all", "reading", Effect::Read), false),
        (Asked::Prompt("triage_ticket"), true),
        (Asked::Prompt("search"), false),
        (Asked::Resource("aoma://ticket/A-1"), true),
        (Asked::Resource("aoma://mail/1"), false),
        (Asked::Template("aoma://ticket/"), true),
        (Asked::Template("aoma://mail/"), false),
    ] {
        assert_eq!(may(&policy, &Caller::Local, &asked), expected, "{asked}");
    }
}

#[test]
fn reading_writing_and_spending_are_allowed_apart() {
    for (list, effect) in [
        ("read", Effect::Read),
        ("write", Effect::Write),
        ("spend", Effect::Spend),
    ] {
        let policy = policy(&format!(
            "[team.a]\nmembers = [\"local\"]\n{list} = [\"*\", \"family:phone\"]"
        ));
        for other in [Effect::Read, Effect::Write, Effect::Spend] {
            let asked = tool("place_call", "phone", other);
            assert_eq!(may(&policy, &Caller::Local, &asked), effect == other);
        }
    }
}

#[test]
fn what_one_team_denies_no_other_gives_back() {
    let policy = policy(
        "[team.all]\nmembers = [\"*\"]\ndeny = [\"family:mail\", \"resource:aoma://mail/*\", \"prompt:brief_*\"]\n\
         [team.b]\nmembers = [\"local\"]\nread = [\"*\"]\nresources = [\"*\"]\nprompts = [\"*\"]",
    );
    let caller = Caller::Local;
    assert!(may(&policy, &caller, &TICKETS));
    assert!(may(&policy, &caller, &Asked::Resource("aoma://ticket/1")));
    for denied in [
        MAIL,
        Asked::Resource("aoma://mail/1"),
        Asked::Template("aoma://mail/"),
        Asked::Prompt("brief_me"),
    ] {
        assert!(!may(&policy, &caller, &denied), "{denied}");
    }
    assert_eq!(
        told(&policy, &caller, &MAIL, &json!({})),
        "the tool `search_outlook_emails` is not allowed to the team `all`"
    );
}

#[test]
fn no_spelling_of_a_uri_escapes_a_rule() {
    let policy = policy(
        "[team.a]\nmembers = [\"local\"]\nresources = [\"aoma://*\"]\ndeny = [\"resource:aoma://mail/the board\"]",
    );
    for uri in [
        "aoma://mail/the board",
        "aoma://mail/the%20board",
        "aoma://mail/%74he%20board",
        "aoma://mail/the%20board?from=3",
        "aoma://mail/the%20board#minutes",
    ] {
        assert!(
            !may(&policy, &Caller::Local, &Asked::Resource(uri)),
            "{uri}"
        );
    }
    for uri in [
        "aoma://mail/the%2520board",
        "aoma://mail/%FF",
        "aoma://doc/a?from=3",
    ] {
        assert!(may(&policy, &Caller::Local, &Asked::Resource(uri)), "{uri}");
    }
}

#[test]
fn who_is_in_several_teams_has_what_each_allows() {
    let policy = policy(
        "[team.a]\nmembers = [\"local\"]\nread = [\"search_jira_tickets\"]\n\
         [team.b]\nmembers = [\"local\", \"bearer\"]\nread = [\"search_outlook_emails\"]",
    );
    assert!(may(&policy, &Caller::Local, &TICKETS));
    assert!(may(&policy, &Caller::Local, &MAIL));
    assert!(!may(&policy, &Caller::Bearer, &TICKETS));
    let rights = policy.rights(&Caller::Local);
    assert_eq!(policy.teams(&rights).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(
        told(&policy, &Caller::Local, &CALL, &json!({})),
        "the tool `place_call` is not allowed to the teams `a`, `b`"
    );
}

#[test]
fn a_denial_names_a_few_teams_and_counts_the_others() {
    let teams: String = (0..8)
        .map(|at| format!("[team.t{at}]\nmembers = [\"local\"]\n"))
        .collect();
    assert_eq!(
        told(&policy(&teams), &Caller::Local, &MAIL, &json!({})),
        "the tool `search_outlook_emails` is not allowed to the teams `t0`, `t1`, `t2`, `t3`, `t4` and 3 more"
    );
}

const PROJECTS: &str = "[team.support]\nmembers = [\"local\"]\nread = [\"*\"]\n\
    [team.support.arguments.search_jira_tickets]\nprojectKey = [\"ITSM\", \"AOMA-*\", 7, true]\n";

#[test]
fn each_value_of_an_argument_has_to_be_allowed() {
    let policy = policy(PROJECTS);
    let caller = Caller::Local;
    for allowed in [
        json!("ITSM"),
        json!(["ITSM"]),
        json!(["ITSM", "AOMA-EU"]),
        json!(7),
        json!("7"),
        json!([true]),
    ] {
        let arguments = json!({"query": "x", "projectKey": allowed});
        assert_eq!(told(&policy, &caller, &TICKETS, &arguments), "allowed");
    }
    for value in [
        json!("HR"),
        json!("itsm"),
        json!(["ITSM", "HR"]),
        json!(["ITSM", null]),
        json!(["ITSM", ["ITSM"]]),
        json!({"0": "ITSM"}),
        json!(8),
        json!(7.0),
    ] {
        let arguments = json!({"query": "x", "projectKey": value});
        assert_eq!(
            told(&policy, &caller, &TICKETS, &arguments),
            "the tool `search_jira_tickets` is allowed to the team `support` only with certain values of `projectKey`",
            "{value}"
        );
    }
    assert_eq!(told(&policy, &caller, &MAIL, &json!({})), "allowed");
}

#[test]
fn a_list_in_one_text_is_allowed_where_all_that_it_names_is() {
    let policy = policy(PROJECTS);
    for (value, expected) in [
        ("ITSM, AOMA-EU", true),
        (" ITSM ", true),
        ("ITSM;ITSM|ITSM", true),
        ("AOMA-EU,HR", false),
        ("AOMA-EU;HR", false),
        ("AOMA-EU|HR", false),
        ("HR,AOMA-", false),
        (",", false),
        (" ", false),
    ] {
        for value in [json!(value), json!([value])] {
            let arguments = json!({"projectKey": value});
            let called = told(&policy, &Caller::Local, &TICKETS, &arguments);
            assert_eq!(called == "allowed", expected, "{value}: {called}");
        }
    }
}

#[test]
fn a_value_may_have_the_marks_of_a_list_in_it_where_it_is_named_in_full() {
    let policy = policy(
        "[team.a]\nmembers = [\"local\"]\nread = [\"*\"]\n\
         arguments.search_jira_tickets.status = [\"Done, not released\"]",
    );
    let told = |status: &str| {
        told(
            &policy,
            &Caller::Local,
            &TICKETS,
            &json!({"status": status}),
        )
    };
    assert_eq!(told("Done, not released"), "allowed");
    assert_ne!(told("Done, released"), "allowed");
}

#[test]
fn a_constraint_is_not_passed_by_leaving_the_argument_out() {
    let policy = policy(PROJECTS);
    for arguments in [
        json!({"query": "x"}),
        json!({"projectKey": null}),
        json!({"projectKey": []}),
        json!({"projectKey": ""}),
        json!({"project_key": "ITSM"}),
        json!("{\"projectKey\":\"ITSM\"}"),
        Value::Null,
    ] {
        let told = told(&policy, &Caller::Local, &TICKETS, &arguments);
        assert!(told.ends_with("certain values of `projectKey`"), "{told}");
    }
}

#[test]
fn a_constraint_holds_unless_another_team_allows_the_tool_without_it() {
    let caller = Caller::Local;
    let hr = json!({"projectKey": "HR"});
    let may_ask_hr = |other: &str| {
        let policy = policy(&format!("{PROJECTS}{other}"));
        policy
            .arguments(&policy.rights(&caller), &TICKETS, &hr)
            .is_ok()
    };
    for (other, expected) in [
        ("", false),
        (
            "[team.b]\nmembers = [\"local\"]\nread = [\"family:tracker\"]",
            true,
        ),
        // Not in it, or it does not allow the tool, or not for reading.
        ("[team.b]\nmembers = [\"bearer\"]\nread = [\"*\"]", false),
        (
            "[team.b]\nmembers = [\"local\"]\nread = [\"family:mail\"]",
            false,
        ),
        ("[team.b]\nmembers = [\"local\"]\nwrite = [\"*\"]", false),
        (
            "[team.b]\nmembers = [\"local\"]\nread = [\"*\"]\narguments.search_jira_tickets.projectKey = [\"HR\"]",
            true,
        ),
        (
            "[team.b]\nmembers = [\"local\"]\nread = [\"*\"]\narguments.search_jira_tickets.issueType = [\"Bug\"]",
            false,
        ),
        (
            "[team.b]\nmembers = [\"local\"]\nread = [\"*\"]\ndeny = [\"search_jira_*\"]",
            false,
        ),
    ] {
        assert_eq!(may_ask_hr(other), expected, "{other}");
    }
}

#[test]
fn limits_are_the_most_generous_of_the_teams_that_allow_such_tools() {
    let policy = policy(
        "[team.a]\nmembers = [\"local\", \"bearer\"]\nspend = [\"place_call\"]\nread = [\"*\"]\n\
         limits = { spend = { per_minute = 2, concurrent = 1 }, read = { per_minute = 200 } }\n\
         [team.b]\nmembers = [\"local\"]\nread = [\"*\"]\nspend = []\n\
         limits.read.concurrent = 60\nlimits.spend.per_minute = 1000",
    );
    let limit = |caller: &Caller, effect| {
        let Limit {
            per_minute,
            concurrent,
        } = policy.limit(&policy.rights(caller), effect);
        (per_minute, concurrent)
    };
    assert_eq!(limit(&Caller::Local, Effect::Spend), (2, 1));
    assert_eq!(limit(&Caller::Local, Effect::Read), (200, 60));
    assert_eq!(limit(&Caller::Bearer, Effect::Read), (200, 50));
    assert_eq!(limit(&Caller::Local, Effect::Write), (30, 4));
    assert_eq!(limit(&key("nobody"), Effect::Spend), (5, 2));
}

#[test]
fn a_team_that_reads_no_tool_is_held_to_its_limit_of_resources_and_prompts() {
    for (rule, expected) in [
        ("resources = [\"*\"]", (2, 1)),
        ("prompts = [\"triage_*\"]", (2, 1)),
        ("write = [\"*\"]", (100, 50)),
    ] {
        let policy = policy(&format!(
            "[team.a]\nmembers = [\"local\"]\n{rule}\nlimits.read = {{ per_minute = 2, concurrent = 1 }}"
        ));
        let limit = policy.limit(&policy.rights(&Caller::Local), Effect::Read);
        assert_eq!((limit.per_minute, limit.concurrent), expected, "{rule}");
    }
}

#[test]
fn a_team_that_says_nothing_of_limits_raises_none() {
    let policy = policy(
        "[team.all]\nmembers = [\"*\"]\nread = [\"family:system\"]\n\
         [team.voice]\nmembers = [\"local\"]\nread = [\"*\"]\nlimits.read.per_minute = 3",
    );
    let limit = policy.limit(&policy.rights(&Caller::Local), Effect::Read);
    assert_eq!((limit.per_minute, limit.concurrent), (3, 50));
    let others = policy.limit(&policy.rights(&Caller::Bearer), Effect::Read);
    assert_eq!(others, Limit::default_of(Effect::Read));
}

#[test]
fn sizes_are_the_most_generous_that_one_of_the_teams_says() {
    let policy = policy(
        "[team.all]\nmembers = [\"*\"]\nread = [\"*\"]\n\
         [team.voice]\nmembers = [\"local\", \"bearer\"]\nread = [\"*\"]\n\
         limits = { read = { request_bytes = 1000, result_bytes = 2 }, spend = { request_bytes = 9 } }\n\
         [team.more]\nmembers = [\"local\"]\nread = [\"*\"]\nlimits.read.result_bytes = 67108864",
    );
    let sizes = |caller: &Caller, effect| {
        let sizes = policy.sizes(&policy.rights(caller), effect);
        (sizes.request_bytes, sizes.result_bytes)
    };
    assert_eq!(
        sizes(&Caller::Local, Effect::Read),
        (Some(1000), Some(64 << 20))
    );
    assert_eq!(sizes(&Caller::Bearer, Effect::Read), (Some(1000), Some(2)));
    // A team that may not spend says nothing of it.
    assert_eq!(sizes(&Caller::Bearer, Effect::Spend), (None, None));
    assert_eq!(sizes(&key("nobody"), Effect::Read), (None, None));
}

#[test]
fn rights_are_worth_nothing_in_another_policy() {
    let text = "[team.a]\nmembers = [\"local\"]\nread = [\"*\"]";
    let (one, same) = (policy(text), policy(text));
    let other = policy("[team.a]\nmembers = [\"bearer\"]\nread = [\"*\"]");
    let rights = one.rights(&Caller::Local);
    assert_eq!(rights, same.rights(&Caller::Local));
    assert!(same.verdict(&rights, &TICKETS).is_allowed());
    assert!(!other.verdict(&rights, &TICKETS).is_allowed());
    assert_ne!(rights, other.rights(&Caller::Bearer));
}

#[test]
fn callers_of_the_same_teams_have_equal_rights() {
    let policy = policy("[team.a]\nmembers = [\"key:*\"]\n[team.b]\nmembers = [\"key:b*\"]");
    let rights = |id: &str| policy.rights(&key(id));
    assert_eq!(rights("a1"), rights("a2"));
    assert_ne!(rights("a1"), rights("b1"));
}

#[test]
fn an_explanation_shows_the_lines_that_decide() {
    let policy = policy(
        "[team.support]\nmembers = [\n  \"local\",\n  \"bearer\",\n]\nread = [\"family:tracker\",\n  \"search_*\"]\n\
         deny = [\"search_outlook_emails\"]\n\
         [team.support.arguments.search_jira_tickets]\nprojectKey = [\"ITSM\"]\n",
    );
    let explained = policy.explain(&Caller::Bearer, &TICKETS);
    assert_eq!(explained.verdict, Verdict::Allowed);
    assert_eq!(explained.limit, Some(Limit::default_of(Effect::Read)));
    assert_eq!(explained.sizes, Some(Sizes::default()));
    let [team] = &explained.teams[..] else {
        panic!("one team");
    };
    assert_eq!((team.name, team.line), ("support", 1));
    assert_eq!(team.member_lines, [4]);
    let lines: Vec<_> = team.allowing.iter().map(|rule| rule.line).collect();
    assert_eq!(lines, [6, 7]);
    let [projects] = &team.constraints[..] else {
        panic!("one constraint");
    };
    assert_eq!(
        (projects.line, projects.argument, &projects.values[..]),
        (10, "projectKey", &["ITSM"][..])
    );
    let explained = policy.explain(&Caller::Local, &MAIL);
    assert!(!explained.verdict.is_allowed());
    assert_eq!(explained.teams[0].denying[0].line, 8);
    let stranger = policy.explain(&key("x"), &TICKETS);
    assert!(stranger.teams.is_empty() && !stranger.verdict.is_allowed());
}
