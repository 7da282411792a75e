use proptest::prelude::*;

use super::*;

fn known(name: &str) -> Option<String> {
    match name {
        "TOKEN" => Some("t-1".to_owned()),
        "NESTED" => Some("${TOKEN}".to_owned()),
        "EMPTY" => Some(String::new()),
        "HOME" => Some("/home/ada".to_owned()),
        _ => None,
    }
}

fn resolved(text: &str, dialect: Dialect) -> String {
    let template = Template::parse(text, dialect);
    template
        .resolve(&known)
        .expect("resolved")
        .reveal()
        .to_owned()
}

fn missing(text: &str) -> Vec<String> {
    let unresolved = Template::from(text)
        .resolve(&known)
        .expect_err("something missing");
    unresolved
        .0
        .into_iter()
        .map(|missing| missing.name)
        .collect()
}

#[test]
fn variables_are_found_anywhere_in_a_text() {
    for (text, value) in [
        ("", ""),
        ("Bearer ${TOKEN}", "Bearer t-1"),
        ("a${TOKEN}b${env:TOKEN}c", "at-1bt-1c"),
        ("${ABSENT:-https://x.example/a}/b", "https://x.example/a/b"),
        ("${ABSENT:-}", ""),
        ("${EMPTY:-else}", "else"),
        ("[${EMPTY}]", "[]"),
        ("${userHome}/.cache", "/home/ada/.cache"),
        ("ünï ${TOKEN} ✓", "ünï t-1 ✓"),
    ] {
        assert_eq!(resolved(text, Dialect::General), value, "{text}");
    }
}

#[test]
fn a_value_is_not_looked_up_again() {
    assert_eq!(resolved("${NESTED}", Dialect::Dollar), "${TOKEN}");
    assert_eq!(resolved("${ABSENT:-$TOKEN}", Dialect::Dollar), "$TOKEN");
}

#[test]
fn a_dialect_has_its_own_forms_and_no_other() {
    for (text, general, dollar, braces) in [
        ("$TOKEN-x", "$TOKEN-x", "t-1-x", "$TOKEN-x"),
        ("{env:TOKEN}!", "{env:TOKEN}!", "{env:TOKEN}!", "t-1!"),
        (
            "$5 $ {} {env:}",
            "$5 $ {} {env:}",
            "$5 $ {} {env:}",
            "$5 $ {} {env:}",
        ),
        (
            r#"{"a":"${TOKEN}"}"#,
            r#"{"a":"t-1"}"#,
            r#"{"a":"t-1"}"#,
            r#"{"a":"t-1"}"#,
        ),
    ] {
        assert_eq!(resolved(text, Dialect::General), general);
        assert_eq!(resolved(text, Dialect::Dollar), dollar);
        assert_eq!(resolved(text, Dialect::Braces), braces);
    }
}

#[test]
fn all_that_is_missing_is_named_once_and_nothing_else() {
    assert_eq!(missing("k-2 ${A} ${B} ${A} ${TOKEN}"), ["A", "B"]);
    assert_eq!(missing("${input:api-key}"), ["${input:api-key}"]);
    assert_eq!(missing("${workspaceFolder}/x"), ["${workspaceFolder}"]);
    assert_eq!(missing("a ${TOKEN"), ["${"]);
    // What a shell takes for a default is no part of a name.
    assert_eq!(missing("${VAR-k-2}${VAR:=k-2}${}"), ["${VAR…}", "${…}"]);
}

#[test]
fn what_is_missing_is_told_with_what_to_do() {
    let unresolved = Template::from("${A}${input:key}").resolve(&known);
    assert_eq!(
        unresolved.expect_err("two missing").to_string(),
        "`A` is not set; `${input:key}` is not known here: VS Code asks a person for it: write `${VAR}` and set that \
         variable"
    );
}

#[test]
fn the_variables_are_known_without_their_values() {
    let template = Template::from("${B}${A:-x} ${B} ${env:C} ${input:d}");
    assert_eq!(template.names(), BTreeSet::from(["A", "B", "C"]));
    assert_eq!(
        template.as_written(),
        "${B}${A:-x} ${B} ${env:C} ${input:d}"
    );
    assert!(Template::literal("${A}").names().is_empty());
}

#[test]
fn its_debug_form_shows_only_names() {
    let template = Template::from("Bearer ghp-1 ${TOKEN:-fallback}");
    assert_eq!(format!("{template:?}"), "Template(…${TOKEN})");
    let secret = template.resolve(&known).expect("resolved");
    assert_eq!(format!("{secret:?}"), "Secret(…)");
}

proptest! {
    #[test]
    fn a_text_without_a_variable_is_itself(text in "[^$]*") {
        prop_assert_eq!(resolved(&text, Dialect::General), text);
    }

    #[test]
    fn any_text_can_be_parsed(text in r"([${}:\-]|env:|A|é|.)*") {
        for dialect in [Dialect::General, Dialect::Dollar, Dialect::Braces] {
            let template = Template::parse(&text, dialect);
            let value = template.resolve(&|name| Some(format!("<{name}>")));
            prop_assert_eq!(template.as_written(), &text);
            let is_told = text.contains("${");
            prop_assert!(value.is_ok() || is_told);
        }
    }
}
