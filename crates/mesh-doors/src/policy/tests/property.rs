//! What holds for every policy and every caller.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

const MEMBERS: &[&str] = &[
    "*",
    "local",
    "bearer",
    "key:a*",
    "key:ab",
    "jwt:*@i",
    "arn:*:*:*:*:user/a*",
];
const TOOLS: &[&str] = &["a", "ab", "ba", "bb"];
const TARGETS: &[&str] = &[
    "*", "a", "ab", "a*", "*b", "b*a", "bb", "family:f", "family:g",
];
const URIS: &[&str] = &["m://a/1", "m://a/2", "m://b/1", "m://b"];
const RESOURCES: &[&str] = &["*", "m://a/*", "m://a/1", "*1", "m://b*"];
const DENIED: &[&str] = &[
    "a",
    "b*",
    "*b",
    "family:f",
    "resource:m://a/*",
    "resource:*1",
    "prompt:a*",
];
const EFFECTS: [(&str, Effect); 3] = [
    ("read", Effect::Read),
    ("write", Effect::Write),
    ("spend", Effect::Spend),
];

fn list(name: &'static str, of: &'static [&'static str]) -> impl Strategy<Value = String> {
    vec(select(of), 0..3).prop_map(move |items| format!("{name} = {items:?}\n"))
}

fn arguments() -> impl Strategy<Value = String> {
    let constraint = (
        select(TOOLS),
        select(&["x", "y"][..]),
        vec(select(&["1", "2", "1*"][..]), 1..3),
    );
    proptest::option::of(constraint).prop_map(|constraint| match constraint {
        Some((tool, argument, values)) => format!("arguments.{tool}.{argument} = {values:?}\n"),
        None => String::new(),
    })
}

/// The lists of a team, but for the one of what it denies.
fn team() -> impl Strategy<Value = String> {
    (
        list("members", MEMBERS),
        list("read", TARGETS),
        list("write", TARGETS),
        list("spend", TARGETS),
        list("resources", RESOURCES),
        list("prompts", TOOLS),
        arguments(),
    )
        .prop_map(|(a, b, c, d, e, f, g)| [a, b, c, d, e, f, g].concat())
}

fn denied() -> impl Strategy<Value = Vec<&'static str>> {
    vec(select(DENIED), 0..3)
}

fn teams() -> impl Strategy<Value = Vec<(String, Vec<&'static str>)>> {
    vec((team(), denied()), 0..4)
}

fn written(teams: &[(String, Vec<&str>)]) -> Policy {
    let teams = teams.iter().enumerate();
    let text: String = teams
        .map(|(at, (lists, denied))| format!("[team.t{at}]\n{lists}deny = {denied:?}\n"))
        .collect();
    policy(&text)
}

fn caller() -> impl Strategy<Value = Caller> {
    select(vec![
        Caller::Local,
        Caller::Bearer,
        key("ab"),
        key("b"),
        principal("arn:aws:iam::1:user/ab"),
        subject(json!({"iss": "i", "sub": "s"})),
        subject(json!({"iss": "j", "sub": "s"})),
    ])
}

fn asked() -> impl Strategy<Value = Asked<'static>> {
    prop_oneof![
        (
            select(TOOLS),
            select(&["f", "g", "h"][..]),
            select(&EFFECTS[..])
        )
            .prop_map(|(name, family, (_, effect))| tool(name, family, effect)),
        select(URIS).prop_map(Asked::Resource),
        select(&["m://a/", "m://", "m://b/"][..]).prop_map(Asked::Template),
        select(TOOLS).prop_map(Asked::Prompt),
    ]
}

/// Arguments that break no constraint there can be, and others.
fn given() -> impl Strategy<Value = Value> {
    let value = || {
        select(vec![
            json!(null),
            json!("1"),
            json!("2"),
            json!(["1", "12"]),
            json!([]),
            json!("3"),
        ])
    };
    (value(), value()).prop_map(|(x, y)| json!({"x": x, "y": y}))
}

/// Arguments that some team's constraints on the tool take, for each of them.
fn fitting(policy: &Policy, caller: &Caller, asked: &Asked<'_>) -> Vec<Value> {
    let explained = policy.explain(caller, asked);
    let allowing = explained
        .teams
        .into_iter()
        .filter(|team| !team.allowing.is_empty());
    let arguments = allowing.map(|team| {
        let constraints = team.constraints.into_iter();
        let pairs = constraints.map(|one| {
            (
                one.argument.to_owned(),
                json!(one.values[0].replace('*', "")),
            )
        });
        Value::Object(pairs.collect())
    });
    arguments.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A view shows what the verdict allows, and a call goes through where its arguments are allowed too.
    #[test]
    fn what_is_listed_can_be_called_and_nothing_else(
        teams in teams(),
        caller in caller(),
        asked in asked(),
        given in given(),
    ) {
        let policy = written(&teams);
        let rights = policy.rights(&caller);
        let listed = policy.verdict(&rights, &asked).is_allowed();
        let called = policy.arguments(&rights, &asked, &given);
        prop_assert!(listed || called.is_err());
        if listed {
            let some = fitting(&policy, &caller, &asked);
            prop_assert!(!some.is_empty());
            for arguments in some {
                prop_assert_eq!(policy.arguments(&rights, &asked, &arguments), Ok(()));
            }
        }
    }

    /// The indexes say what the rules say, one after the other.
    #[test]
    fn a_verdict_is_what_its_explanation_shows(
        teams in teams(),
        caller in caller(),
        asked in asked(),
    ) {
        let policy = written(&teams);
        let explained = policy.explain(&caller, &asked);
        let allowing = explained.teams.iter().any(|team| !team.allowing.is_empty());
        let denying = explained.teams.iter().any(|team| !team.denying.is_empty());
        prop_assert_eq!(explained.verdict.is_allowed(), allowing && !denying);
    }

    /// Nothing is allowed that nobody wrote down.
    #[test]
    fn what_no_rule_names_is_denied(teams in teams(), caller in caller(), effect in select(&EFFECTS[..])) {
        // A lone star among tools names all of them; among members it may stay.
        let named = |lists: &str| -> String {
            let lines = lists.split_inclusive('\n');
            let named = lines.map(|line| match line.starts_with("members") {
                true => line.to_owned(),
                false => line.replace("\"*\"", "\"q\""),
            });
            named.collect()
        };
        let teams: Vec<_> = teams
            .iter()
            .map(|(lists, denied)| (named(lists), denied.clone()))
            .collect();
        let policy = written(&teams);
        prop_assert!(!may(&policy, &caller, &tool("c", "h", effect.1)));
        prop_assert!(!may(&Policy::default(), &caller, &tool("a", "f", effect.1)));
    }

    #[test]
    fn to_deny_more_opens_nothing(
        teams in vec((team(), denied()), 1..4),
        at in any::<prop::sample::Index>(),
        more in select(DENIED),
        caller in caller(),
        asked in asked(),
        given in given(),
    ) {
        let before = written(&teams);
        let mut teams = teams;
        let at = at.index(teams.len());
        teams[at].1.push(more);
        let after = written(&teams);
        let allows = |policy: &Policy| {
            policy.arguments(&policy.rights(&caller), &asked, &given).is_ok()
        };
        prop_assert!(allows(&before) || !allows(&after));
        prop_assert!(may(&before, &caller, &asked) || !may(&after, &caller, &asked));
    }

    /// A family of resources is listed wherever one of its resources can be read.
    #[test]
    fn what_can_be_read_is_of_a_family_that_is_listed(
        teams in teams(),
        caller in caller(),
        uri in select(URIS),
        length in 0usize..8,
    ) {
        let policy = written(&teams);
        if may(&policy, &caller, &Asked::Resource(uri)) {
            let start = &uri[..length.min(uri.len())];
            prop_assert!(may(&policy, &caller, &Asked::Template(start)));
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(
        text in prop_oneof![
            ".{0,200}",
            "(\\[|\\]|\\{|\\}|=|,|\\.|\"|'|\n|team|a|read|members|claims|limits|arguments|7|true|\\*|:){0,60}",
        ],
    ) {
        let _ = Policy::parse(&text);
    }
}
