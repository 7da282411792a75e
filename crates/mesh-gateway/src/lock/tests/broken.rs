use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::lock::InvalidItem;

/// Two upstreams, of which the second is `fine`.
fn written() -> String {
    let mut lock = Lock::default();
    lock.approve(
        "bad",
        with_tools(&[json!({"name": "search"}), json!({"name": "write"})]),
    );
    lock.approve("fine", with_tools(&[json!({"name": "read"})]));
    lock.write()
}

#[track_caller]
fn broken(text: &str, why: &str) {
    let lock = Lock::parse(text).expect("a lock");
    let told = lock
        .upstream("bad")
        .expect("an upstream")
        .expect_err("broken");
    assert_eq!(told.0, why);
    let fine = lock
        .upstream("fine")
        .expect("an upstream")
        .expect("not broken");
    assert_eq!(fine.tools[0].name(), "read");
    // A broken part is not healed by writing the lock.
    assert_eq!(Lock::parse(&lock.write()), Ok(lock));
}

#[test]
fn what_is_broken_of_one_upstream_is_broken_of_it_alone() {
    let text = written();
    let change = |from: &str, to: &str| text.replacen(from, to, 1);
    broken(
        &change(
            r#"{"name":"search"}"#,
            r#"{"name":"search","description":"now harmful"}"#,
        ),
        "tool `search`: its name or digest is not that of its definition",
    );
    broken(
        &change("name = \"search\"", "name = \"other\""),
        "tool `other`: its name or digest is not that of its definition",
    );
    broken(
        &change(
            r#"{"name":"search"}"#,
            r#"{"name":"search","name":"search"}"#,
        ),
        "tool `search`: it is not the JSON of one definition: the member \"name\" is there twice at line 1 column 33",
    );
    broken(
        &change("command", "comand"),
        "unknown field `comand`, expected one of `name`, `broken`, `command`, `args`, `env`, `cwd`, `url`, `headers`, `protocol`, `variables`, `tokenUrl`, `sign`, `team`, `tool`, `prompt`, `resource`, `template`",
    );
    broken(
        &change("command = \"npx\"", "command = 5"),
        "invalid type: integer `5`, expected a string",
    );
    broken(
        &change(
            "command = \"npx\"",
            "command = \"npx\"\nurl = \"https://x\"",
        ),
        "it must have a `command` or a `url`, and what goes with it",
    );
    broken(
        &change("command = \"npx\"", ""),
        "it must have a `command` or a `url`, and what goes with it",
    );
}

#[test]
fn a_name_that_is_there_twice_is_approved_neither_way() {
    let text = written();
    let (_, upstreams) = text.split_once("[[upstream]]").expect("an upstream");
    let bad = upstreams.split("[[upstream]]").next().expect("an upstream");
    broken(&format!("{text}\n[[upstream]]{bad}"), "it is there twice");
    let tool = bad.split("[[upstream.tool]]").nth(1).expect("a tool");
    let twice = bad.replace(tool, &format!("{tool}\n[[upstream.tool]]{tool}"));
    broken(
        &text.replace(bad, &twice),
        "tool `search`: it is there twice",
    );
}

#[test]
fn where_it_cannot_be_told_whose_a_fault_is_nothing_is_approved() {
    let text = written();
    for (text, told) in [
        (
            "<<<<<<< HEAD".to_owned(),
            "this is no lock: line 1: key with no value, expected `=`",
        ),
        (String::new(), "this is no lock: its `version` must be 1"),
        (
            text.replace("version = 1", "version = 2"),
            "this is no lock: its `version` must be 1",
        ),
        (
            text.replace("name = \"bad\"\n", ""),
            "this is no lock: upstream 1 has no name",
        ),
        (
            format!("others = 1\n{text}"),
            "this is no lock: \"others\" is nothing that a lock has",
        ),
        (
            "version = 1\nupstream = 1".to_owned(),
            "this is no lock: `upstream` must be a list of tables",
        ),
    ] {
        let faults = Lock::parse(&text).expect_err("no lock").to_string();
        let advice = "; restore it from git, or delete it and run `mesh upstream approve --all`";
        assert_eq!(faults.strip_suffix(advice), Some(told));
    }
}

#[test]
fn a_definition_that_two_readers_could_read_differently_is_none() {
    let new = |text: &str| Item::new(Kind::Tool, text).map(|item| item.name().to_owned());
    assert_eq!(new(r#"{"name": "a"}"#), Ok("a".to_owned()));
    assert_eq!(new(r#"{"uri": "a"}"#), Err(InvalidItem::Unnamed("name")));
    assert_eq!(new(r#"{"name": 5}"#), Err(InvalidItem::Unnamed("name")));
    for text in [
        "",
        "[]x",
        r#"{"name": "a"} {"name": "b"}"#,
        r#"{"name": "a", "x": {"b": 1, "\u0062": 2}}"#,
        &format!(
            "{{\"name\": \"a\", \"x\": {}{}}}",
            "[".repeat(200),
            "]".repeat(200)
        ),
        r#"{"name": "a", "x": 1e999}"#,
    ] {
        assert!(matches!(new(text), Err(InvalidItem::Json(_))), "{text}");
    }
}

proptest! {
    #[test]
    fn a_lock_that_was_changed_somewhere_is_read_or_refused(
        at: prop::sample::Index,
        length in 0_usize..60,
        piece in r#"([\[\]"'= \n]|name|tool|upstream|\[\[upstream\]\]|\[\[upstream\.tool\]\]|#|é|1)*"#,
    ) {
        let mut bytes = written().into_bytes();
        let at = at.index(bytes.len());
        let end = bytes.len().min(at + length);
        bytes.splice(at..end, piece.bytes());
        if let Ok(lock) = Lock::parse(&String::from_utf8_lossy(&bytes)) {
            prop_assert_eq!(Lock::parse(&lock.write()), Ok(lock));
        }
    }
}
