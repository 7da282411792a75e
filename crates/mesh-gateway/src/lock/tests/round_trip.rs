use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::entry::Protocol;

#[test]
fn a_lock_is_a_text_that_people_can_read() {
    let mut lock = Lock::default();
    let tool = json!({"name": "search", "description": "It's \"new\".", "inputSchema": {"type": "object"}});
    lock.approve(
        "github",
        Locked {
            resources: vec![item(
                Kind::Resource,
                &json!({"uri": "file:///a", "name": "a"}),
            )],
            ..with_tools(&[tool])
        },
    );
    let events = Locked {
        given: Given {
            variables: ["Authorization: EVENTS_TOKEN".to_owned()].into(),
            ..Given::default()
        },
        ..unlisted(Start::Http {
            url: "https://${HOST}/sse".to_owned(),
            headers: ["Authorization".to_owned()].into(),
            protocol: Protocol::Sse,
        })
    };
    lock.approve("events", events);
    assert_eq!(
        lock.write(),
        r##"# How upstreams start and what they offer, as it was approved.
# Read `mesh upstream diff`, then change it by `mesh upstream approve`.

version = 1

[[upstream]]
name = "events"
url = "https://${HOST}/sse"
headers = ["Authorization"]
protocol = "sse"
variables = ["Authorization: EVENTS_TOKEN"]

[[upstream]]
name = "github"
command = "npx"
args = [
    "-y",
    "${PACKAGE}",
]
env = ["TOKEN"]

[[upstream.tool]]
name = "search"
sha256 = "030bd52c20a40c2657b9ad66172b7100173ecedb20f6a6521c406d4296392039"
definition = '''{"name":"search","description":"It's \"new\".","inputSchema":{"type":"object"}}'''

[[upstream.resource]]
name = "file:///a"
sha256 = "3e8fa925fe201391c9512de9443ea665319c6c2136eb2b994ca456c25b878c75"
definition = '{"uri":"file:///a","name":"a"}'
"##
    );
}

#[test]
fn a_start_has_names_and_no_values_of_variables_and_headers() {
    let text = r#"{"mcpServers": {"a": {"command": "npx", "args": ["${PACKAGE:-x}"], "env": {"TOKEN": "t-1"}, "cwd": "/srv"}}}"#;
    assert_eq!(
        start_of(text),
        Start::Stdio {
            command: "npx".to_owned(),
            args: vec!["${PACKAGE:-x}".to_owned()],
            env: ["TOKEN".to_owned()].into(),
            cwd: Some("/srv".to_owned()),
        }
    );
    let text = r#"{"mcpServers": {"a": {"url": "https://${HOST}/mcp", "headers": {"Authorization": "t-1"}}}}"#;
    assert_eq!(
        start_of(text),
        Start::Http {
            url: "https://${HOST}/mcp".to_owned(),
            headers: ["Authorization".to_owned()].into(),
            protocol: Protocol::Either,
        }
    );
}

#[test]
fn what_an_upstream_is_given_has_names_and_no_values() {
    let given = |entry: &str| {
        let text = format!(r#"{{"mcpServers": {{"a": {entry}}}}}"#);
        Given::to(&source::read("f".as_ref(), &text).entries[0])
    };
    let of_command =
        given(r#"{"command": "npx", "env": {"TOKEN": "${A:-x}${B}", "MODE": "fast"}}"#);
    assert_eq!(
        of_command,
        Given {
            variables: ["TOKEN: A, B".to_owned()].into(),
            ..Given::default()
        }
    );
    let of_address = given(
        r#"{"url": "https://x/mcp", "headers": {"X-A": "${A}", "X-B": "b"}, "mesh": {"team": "red", "oauth":
            {"tokenUrl": "https://${HOST}/t", "clientId": "me", "clientSecret": "${SECRET}"}}}"#,
    );
    assert_eq!(
        of_address,
        Given {
            variables: ["X-A: A".to_owned(), "clientSecret: SECRET".to_owned()].into(),
            token_url: Some("https://${HOST}/t".to_owned()),
            sign: None,
            team: Some("red".to_owned()),
        }
    );
    let sign = |sign: &str| {
        given(&format!(
            r#"{{"url": "https://x/mcp", "mesh": {{"sign": {sign}}}}}"#
        ))
        .sign
    };
    assert_eq!(sign("true").as_deref(), Some("by host"));
    let of_scope = sign(r#"{"service": "execute-api", "region": "eu-west-1"}"#);
    assert_eq!(of_scope.as_deref(), Some("execute-api eu-west-1"));
}

#[test]
fn a_saved_lock_takes_the_place_of_the_old_one_and_all_can_read_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mesh.lock");
    let mut lock = Lock::default();
    for name in ["a", "b"] {
        lock.approve(name, unlisted(stdio(name)));
        lock.save(&path).expect("saved");
        let text = std::fs::read_to_string(&path).expect("the file");
        assert_eq!(Lock::parse(&text), Ok(lock.clone()));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path)
            .expect("the file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o644);
    }
    assert_eq!(
        std::fs::read_dir(folder.path())
            .expect("the folder")
            .count(),
        1
    );
}

#[test]
fn a_lock_that_cannot_be_saved_leaves_the_old_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mesh.lock");
    std::fs::write(&file, "the old one").expect("written");
    let error = Lock::default().save(&file.join("mesh.lock"));
    assert!(error.is_err(), "a file is no folder");
    assert_eq!(std::fs::read_to_string(&file).expect("read"), "the old one");
}

#[test]
fn a_lock_makes_the_folder_that_it_lies_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state/aoma-mesh/mesh.lock");
    Lock::default().save(&file).expect("saved");
    assert!(file.is_file());
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}",
        "(.|\r\n|\n|'''|\"\"\"|\\\\|\u{7f}|\u{0}){0,12}"
    ]
}

fn starts() -> impl Strategy<Value = Start> {
    let names = || btree_set(texts(), 0..3);
    let stdio = (
        texts(),
        vec(texts(), 0..4),
        names(),
        proptest::option::of(texts()),
    );
    let stdio = stdio.prop_map(|(command, args, env, cwd)| Start::Stdio {
        command,
        args,
        env,
        cwd,
    });
    let protocol = prop_oneof![
        Just(Protocol::Either),
        Just(Protocol::Streamable),
        Just(Protocol::Sse)
    ];
    let http = (texts(), names(), protocol).prop_map(|(url, headers, protocol)| Start::Http {
        url,
        headers,
        protocol,
    });
    prop_oneof![stdio, http]
}

fn items(kind: Kind) -> impl Strategy<Value = Vec<Item>> {
    let definitions = btree_map(texts(), (texts(), any::<f64>(), any::<bool>()), 0..4);
    definitions.prop_map(move |definitions| {
        let item = |(name, (text, number, pretty)): (String, (String, f64, bool))| {
            let definition = json!({kind.key(): name, "description": text, "n": number});
            let written = match pretty {
                true => serde_json::to_string_pretty(&definition).expect("JSON"),
                false => definition.to_string(),
            };
            Item::new(kind, written).expect("a definition")
        };
        definitions.into_iter().map(item).collect()
    })
}

fn givens() -> impl Strategy<Value = Given> {
    let text = || proptest::option::of(texts());
    let all = (btree_set(texts(), 0..3), text(), text(), text());
    all.prop_map(|(variables, token_url, sign, team)| Given {
        variables,
        token_url,
        sign,
        team,
    })
}

fn locked() -> impl Strategy<Value = Locked> {
    let items = Kind::ALL.map(items);
    let all = (starts(), givens(), items);
    all.prop_map(
        |(start, given, [tools, prompts, resources, templates])| Locked {
            start,
            given,
            tools,
            prompts,
            resources,
            templates,
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_it_was(upstreams in btree_map(texts(), locked(), 0..4)) {
        let mut lock = Lock::default();
        for (name, locked) in upstreams {
            lock.approve(&name, locked);
        }
        let text = lock.write();
        let read = Lock::parse(&text);
        prop_assert_eq!(read.as_ref(), Ok(&lock));
        prop_assert_eq!(read.expect("read").write(), text.clone());
        prop_assert_eq!(file::parse_piecemeal(&text), Ok(lock.upstreams));
    }

    #[test]
    fn the_order_of_what_is_offered_is_no_difference(locked in locked()) {
        let mut turned = locked.clone();
        turned.tools.reverse();
        turned.resources.reverse();
        let (mut one, mut other) = (Lock::default(), Lock::default());
        one.approve("a", locked);
        other.approve("a", turned);
        prop_assert_eq!(one.write(), other.write());
    }
}

#[test]
fn a_digest_is_of_the_meaning_and_not_of_the_writing() {
    let digest = |text: &str| Item::new(Kind::Tool, text).map(|item| item.sha256().to_owned());
    let one = digest(r#"{"name": "a", "n": 1.0, "text": "é"}"#);
    assert_eq!(
        one,
        digest("{\"text\":\"\\u00e9\",\n\"n\":1,\"name\":\"a\"}")
    );
    assert_ne!(one, digest(r#"{"name": "a", "n": 2, "text": "é"}"#));
    assert_eq!(one.expect("a digest").len(), 64);
}
