//! Where several servers have the same resources, each can be read, and a link leads to the server that gave it.

use serde_json::{Value, json};

use crate::support::{TestApp, gateway, shell};

const README: &str = "mesh://b%20b/file%3A%2F%2F%2FREADME%2Emd";

/// A resource and a template. What is read says by whom; its tool links to all that there is.
fn library(name: &str) -> Value {
    shell(
        &r#"    *'"initialize"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18","capabilities":{"resources":{},"tools":{}},"serverInfo":{"name":"s","version":"1"}}}' ;;
    *'"tools/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"tools":[{"name":"look","inputSchema":{"type":"object"}},{"name":"point","inputSchema":{"type":"object"}}]}}' ;;
    *'"resources/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"resources":[{"uri":"file:///README.md","name":"r"}]}}' ;;
    *'"resources/templates/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"resourceTemplates":[{"uriTemplate":"demo://x/{id}","name":"t"}]}}' ;;
    *'"resources/read"'*)
      uri=$(printf %s "$line" | sed -n 's/.*"uri":"\([^"]*\)".*/\1/p')
      answer='{"jsonrpc":"2.0","id":'$id',"result":{"contents":[{"uri":"'$uri'","text":"NAME '$uri'"}]}}' ;;
    *'"name":"point"'*)
      answer='{"jsonrpc":"2.0","id":'$id',"result":{"content":[{"type":"resource_link","name":"r","uri":"file:///unlisted"},{"type":"resource_link","name":"n","uri":"note:1"},{"type":"resource","resource":{"uri":"ui://shown","text":""}}]}}' ;;
    *'"tools/call"'*)
      answer='{"jsonrpc":"2.0","id":'$id',"result":{ "n":1E400,"content":[ {"type":"resource_link","name":"r","uri":"file:///README.md"},{"type":"resource","resource":{"uri":"demo://x/7","text":"demo://x/7"}},{"type":"resource_link","name":"w","uri":"https://example.com/"}]}}' ;;"#.replace("NAME", name),
    )
}

async fn libraries() -> (TestApp, tempfile::TempDir) {
    let servers = json!({"a": library("a"), "b b": library("b")});
    let (app, file) = gateway(&[], servers).await;
    for method in ["tools/list", "resources/list"] {
        app.legacy(method, json!({})).send().await.result();
    }
    (app, file)
}

async fn listed(app: &TestApp, method: &str, list: &str, key: &str) -> Vec<Value> {
    let result = app.legacy(method, json!({})).send().await.result();
    let items = result[list].as_array().expect("a list").iter();
    let theirs = items.filter(|item| ["r", "t"].map(Value::from).contains(&item["name"]));
    theirs.map(|item| item[key].clone()).collect()
}

async fn read(app: &TestApp, path: &str, uri: &str) -> Value {
    let request = app.legacy("resources/read", json!({"uri": uri})).to(path);
    let result = request.send().await.result();
    json!([result["contents"][0]["uri"], result["contents"][0]["text"]])
}

#[tokio::test]
async fn what_two_servers_have_is_read_at_the_one_that_is_meant() {
    let (app, _file) = libraries().await;
    assert_eq!(
        listed(&app, "resources/list", "resources", "uri").await,
        ["file:///README.md", README]
    );
    assert_eq!(
        listed(
            &app,
            "resources/templates/list",
            "resourceTemplates",
            "uriTemplate"
        )
        .await,
        ["demo://x/{id}", "mesh://b%20b/demo://x/{id}"]
    );
    for (uri, told, text) in [
        (
            "file:///README.md",
            "file:///README.md",
            "a file:///README.md",
        ),
        (README, README, "b file:///README.md"),
        ("demo://x/a%20b", "demo://x/a%20b", "a demo://x/a%20b"),
        (
            "mesh://b%20b/demo://x/a%20b",
            "mesh://b%20b/demo%3A%2F%2Fx%2Fa%2520b",
            "b demo://x/a%20b",
        ),
        (
            "mesh://b%20b/demo%3A%2F%2Fx%2Fa%2520b",
            "mesh://b%20b/demo%3A%2F%2Fx%2Fa%2520b",
            "b demo://x/a%20b",
        ),
    ] {
        assert_eq!(read(&app, "/rpc", uri).await, json!([told, text]));
    }
    let alone = read(&app, "/mcp/b%20b", "file:///README.md").await;
    assert_eq!(alone, json!(["file:///README.md", "b file:///README.md"]));
}

#[tokio::test]
async fn a_link_leads_to_the_server_that_gave_it_and_stays_as_it_is_where_it_does() {
    let (app, _file) = libraries().await;
    let links = |readme: &str, demo: &str| {
        format!(
            r#"{{ "n":1E400,"content":[ {{"type":"resource_link","name":"r","uri":"{readme}"}},{{"type":"resource","resource":{{"uri":"{demo}","text":"demo://x/7"}}}},{{"type":"resource_link","name":"w","uri":"https://example.com/"}}]}}"#
        )
    };
    let bare = links("file:///README.md", "demo://x/7");
    let qualified = links(README, "mesh://b%20b/demo%3A%2F%2Fx%2F7");
    let listed = app.legacy("tools/list", json!({})).send().await.result();
    let tools = listed["tools"].as_array().expect("a list").iter();
    let mut names = tools.map(|tool| tool["name"].as_str().expect("a name"));
    // A space is in no name of a tool.
    let of_b = names.find(|name| name.starts_with("b_b"));
    for (path, tool, expected) in [
        ("/rpc", "a__look", &bare),
        ("/rpc", of_b.expect("it is listed"), &qualified),
        ("/mcp/b%20b", "look", &bare),
    ] {
        let answer = app.call(tool, json!({})).to(path).send().await.text();
        assert!(answer.contains(expected.as_str()), "{tool}: {answer}");
    }
}

#[tokio::test]
async fn a_link_to_what_is_not_listed_leads_to_the_server_that_gave_it_too() {
    let servers = json!({"a": library("a"), "b": library("b")});
    let (app, _file) = gateway(&[], servers).await;
    for method in ["tools/list", "resources/list"] {
        app.legacy(method, json!({})).send().await.result();
    }
    for (tool, unlisted, note) in [
        ("a__point", "file:///unlisted", "mesh://a/note%3A1"),
        (
            "b__point",
            "mesh://b/file%3A%2F%2F%2Funlisted",
            "mesh://b/note%3A1",
        ),
    ] {
        let request = app.legacy("tools/call", json!({"name": tool, "arguments": {}}));
        let content = request.send().await.result()["content"].take();
        let shown = &content[2]["resource"]["uri"];
        let found = json!([content[0]["uri"], content[1]["uri"], shown]);
        assert_eq!(found, json!([unlisted, note, "ui://shown"]), "{tool}");
        for (uri, own) in [(unlisted, "file:///unlisted"), (note, "note:1")] {
            let text = format!("{} {own}", &tool[..1]);
            assert_eq!(read(&app, "/rpc", uri).await[1], text);
        }
    }
}
