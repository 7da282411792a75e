//! Any text as a policy: what is wrong with it has a place in it, and what it decides is what its rules say.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use mesh_core::{Caller, Effect, KeyId, Principal, Subject};
use mesh_doors::policy::{Asked, Policy};
use serde_json::{Value, json};

static CALLERS: LazyLock<Vec<Caller>> = LazyLock::new(callers);

const ASKED: [Asked<'_>; 6] = [
    Asked::Tool {
        name: "search",
        family: "reading",
        effect: Effect::Read,
    },
    Asked::Tool {
        name: "search_outlook_emails",
        family: "mail",
        effect: Effect::Write,
    },
    Asked::Tool {
        name: "search_jira_tickets",
        family: "tracker",
        effect: Effect::Spend,
    },
    Asked::Resource("aoma://mail/a%2Fb?from=3"),
    Asked::Template("aoma://mail/"),
    Asked::Prompt("triage_ticket"),
];

fuzz_target!(|text: &str| {
    let policy = match Policy::parse(text) {
        Ok(policy) => policy,
        Err(faults) => {
            let last = text.matches('\n').count() + 1;
            assert!(faults.iter().count() > 0);
            assert!(faults.iter().all(|fault| (1..=last).contains(&fault.line)));
            return;
        }
    };
    for caller in CALLERS.iter() {
        for asked in &ASKED {
            decide(&policy, caller, asked);
        }
    }
});

fn decide(policy: &Policy, caller: &Caller, asked: &Asked<'_>) {
    let explained = policy.explain(caller, asked);
    let teams = &explained.teams;
    let allowed = teams.iter().any(|team| !team.allowing.is_empty())
        && teams.iter().all(|team| team.denying.is_empty());
    assert_eq!(explained.verdict.is_allowed(), allowed);
    let called = policy.arguments(&policy.rights(caller), asked, &json!({"query": "a"}));
    assert!(allowed || called.is_err());
}

fn callers() -> Vec<Caller> {
    let claims = json!({"iss": "https://id.example.com", "sub": "ada", "groups": "[support a]", "scope": "a b"});
    let subject = match claims {
        Value::Object(claims) => Subject::new(claims),
        _ => None,
    };
    let arn = "arn:aws:sts::123456789012:assumed-role/support-eu/ada";
    let subject = subject.map(|subject| Caller::Subject(Arc::new(subject)));
    let principal = Principal::new(arn).map(Caller::Principal);
    let known = [
        Caller::Local,
        Caller::Bearer,
        Caller::Key(KeyId::new("eleven")),
    ];
    known.into_iter().chain(subject).chain(principal).collect()
}
