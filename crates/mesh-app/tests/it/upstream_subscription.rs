//! Resources of other servers can be subscribed to, by every client that has a stream.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Events, Session, TestApp, gateway, shell, within};

const UPDATED: &str = "notifications/resources/updated";

/// Two resources, and a tool that changes the one whose URI it is given, or ends the server. What it is asked about
/// subscriptions is written into the file; it does not start while there is one that is called `down` after it.
fn library(file: &Path, subscribe: bool) -> Value {
    let file = file.display();
    shell(&format!(
        r#"    *'"initialize"'*)
      if [ -e {file}.down ]; then echo down >> {file}; exit 1; fi
      answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"protocolVersion":"2025-11-25","capabilities":{{"resources":{{"subscribe":{subscribe}}},"tools":{{}}}},"serverInfo":{{"name":"s","version":"1"}}}}}}' ;;
    *'"tools/list"'*) answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"tools":[{{"name":"touch","inputSchema":{{"type":"object"}}}}]}}}}' ;;
    *'"resources/list"'*) answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"resources":[{{"uri":"db://x/public","name":"p"}},{{"uri":"db://x/secret","name":"s"}}]}}}}' ;;
    *'"resources/templates/list"'*) answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"resourceTemplates":[{{"uriTemplate":"db://x/{{name}}","name":"t"}}]}}}}' ;;
    *'"resources/subscribe"'*'db://x/none'*) answer='{{"jsonrpc":"2.0","id":'$id',"error":{{"code":-32002,"message":"no such thing"}}}}' ;;
    *'"resources/subscribe"'*|*'"resources/unsubscribe"'*)
      printf '%s\n' "$line" | sed -n 's/.*resources\/\([a-z]*\).*"uri":"\([^"]*\)".*/\1 \2/p' >> {file}
      answer='{{"jsonrpc":"2.0","id":'$id',"result":{{}}}}' ;;
    *'"tools/call"'*'"end"'*) exit 0 ;;
    *'"tools/call"'*)
      uri=$(printf %s "$line" | sed -n 's/.*"uri":"\([^"]*\)".*/\1/p')
      answer='{{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{{"uri":"'$uri'"}}}}
{{"jsonrpc":"2.0","id":'$id',"result":{{"content":[{{"type":"text","text":"touched"}}]}}}}' ;;"#
    ))
}

/// The same of 2026-07-28 alone, which knows of subscriptions by a stream.
fn modern_library(file: &Path) -> Value {
    let file = file.display();
    shell(&format!(
        r#"    *'"initialize"'*) answer='{{"jsonrpc":"2.0","id":'$id',"error":{{"code":-32601,"message":"no"}}}}' ;;
    *'"server/discover"'*) answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{{"tools":{{}},"resources":{{"subscribe":true}}}}}}}}' ;;
    *'"tools/list"'*) answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"resultType":"complete","tools":[{{"name":"touch","inputSchema":{{"type":"object"}}}}]}}}}' ;;
    *'"resources/list"'*) answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"resultType":"complete","resources":[{{"uri":"db://x/public","name":"p"}}]}}}}' ;;
    *'"resources/templates/list"'*) answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"resultType":"complete","resourceTemplates":[]}}}}' ;;
    *'"subscriptions/listen"'*)
      uris=$(printf %s "$line" | sed -n 's/.*"resourceSubscriptions":\(\[[^]]*\]\).*/\1/p')
      echo "listen $uris" >> {file}
      answer='{{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{{"notifications":{{"resourceSubscriptions":'$uris'}},"_meta":{{"io.modelcontextprotocol/subscriptionId":'$id'}}}}}}' ;;
    *'"notifications/cancelled"'*) echo cancelled >> {file} ;;
    *'"tools/call"'*)
      answer='{{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{{"uri":"db://x/public"}}}}
{{"jsonrpc":"2.0","id":'$id',"result":{{"resultType":"complete","content":[{{"type":"text","text":"touched"}}]}}}}' ;;"#
    ))
}

struct Library {
    app: TestApp,
    folder: tempfile::TempDir,
    _file: tempfile::TempDir,
}

impl Library {
    async fn start(entry: impl FnOnce(&Path) -> Value) -> Self {
        Self::with(&[], entry).await
    }

    async fn with(settings: &[(&str, &str)], entry: impl FnOnce(&Path) -> Value) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let entry = entry(&folder.path().join("asked"));
        let (app, file) = gateway(settings, json!({"lib": entry})).await;
        // Lists are heard before anybody asks for a single resource.
        app.legacy("resources/list", json!({}))
            .send()
            .await
            .result();
        Self {
            app,
            folder,
            _file: file,
        }
    }

    /// What the server was asked about subscriptions.
    fn asked(&self) -> Vec<String> {
        let asked = std::fs::read_to_string(self.folder.path().join("asked")).unwrap_or_default();
        asked.lines().map(str::to_owned).collect()
    }

    async fn until_asked(&self, expected: &[&str]) {
        within(async {
            while self.asked() != expected {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    async fn touch(&self, uri: &str) {
        let answer = self
            .app
            .call("lib__touch", json!({"uri": uri}))
            .send()
            .await;
        assert_eq!(answer.told(), (false, "touched".to_owned()));
    }
}

async fn subscribe(session: &Session<'_>, uri: &str) -> Value {
    asked(session, "resources/subscribe", uri).await
}

/// The answer, which comes as an event.
async fn asked(session: &Session<'_>, method: &str, uri: &str) -> Value {
    let request = session.request(method, json!({"uri": uri}));
    let mut events = request.stream().await;
    events.message().await
}

/// The next resource that is told of.
async fn updated(events: &mut Events) -> String {
    loop {
        let message = events.message().await;
        if message["method"] == UPDATED {
            return message["params"]["uri"].as_str().expect("a URI").to_owned();
        }
    }
}

#[tokio::test]
async fn an_upstream_is_told_once_and_all_who_subscribed_hear_of_it() {
    let library = Library::start(|file| library(file, true)).await;
    let (one, two) = (
        Session::open(&library.app).await,
        Session::open(&library.app).await,
    );
    let other = Session::open(&library.app).await;
    let (mut first, mut second) = (one.listen().await, two.listen().await);
    let mut third = other.listen().await;
    assert_eq!(subscribe(&one, "db://x/public").await["result"], json!({}));
    assert_eq!(subscribe(&two, "db://x/public").await["result"], json!({}));
    assert_eq!(
        subscribe(&other, "db://x/secret").await["result"],
        json!({})
    );
    let both = ["subscribe db://x/public", "subscribe db://x/secret"];
    assert_eq!(library.asked(), both);
    library.touch("db://x/public").await;
    library.touch("db://x/secret").await;
    assert_eq!(updated(&mut first).await, "db://x/public");
    assert_eq!(updated(&mut second).await, "db://x/public");
    assert_eq!(
        updated(&mut third).await,
        "db://x/secret",
        "and of nothing else"
    );
    asked(&one, "resources/unsubscribe", "db://x/public").await;
    library.touch("db://x/public").await;
    assert_eq!(updated(&mut second).await, "db://x/public");
    assert_eq!(library.asked(), both, "somebody still wants to hear of it");
    two.end().send().await;
    library
        .until_asked(&[both[0], both[1], "unsubscribe db://x/public"])
        .await;
}

#[tokio::test]
async fn a_client_of_2026_hears_of_it_on_its_own_stream() {
    let library = Library::start(|file| library(file, true)).await;
    let wanted =
        json!({"notifications": {"resourceSubscriptions": ["db://x/public", "test://fixed"]}});
    let mut stream = library
        .app
        .modern("subscriptions/listen", wanted)
        .stream()
        .await;
    stream.message().await;
    library.until_asked(&["subscribe db://x/public"]).await;
    library.touch("db://x/secret").await;
    library.touch("db://x/public").await;
    let heard = stream.message().await;
    assert_eq!(
        (&heard["method"], &heard["params"]["uri"]),
        (&json!(UPDATED), &json!("db://x/public"))
    );
    assert_eq!(
        heard["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"],
        7
    );
    drop(stream);
    library
        .until_asked(&["subscribe db://x/public", "unsubscribe db://x/public"])
        .await;
}

#[tokio::test]
async fn who_listens_while_a_server_is_down_hears_of_it_when_it_is_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = folder.path().join("record");
    let settings = [("MESH_AUDIT", record.to_str().expect("UTF-8"))];
    let library = Library::with(&settings, |file| library(file, true)).await;
    let down = library.folder.path().join("asked.down");
    std::fs::write(&down, "").expect("written");
    library
        .app
        .call("lib__touch", json!({"how": "end"}))
        .send()
        .await;
    let wanted = json!({"notifications": {"resourceSubscriptions": ["db://x/public"]}});
    let stream = library.app.modern("subscriptions/listen", wanted);
    let mut stream = stream.stream().await;
    stream.message().await;
    within(async {
        let starts = || {
            library
                .asked()
                .iter()
                .filter(|asked| *asked == "down")
                .count()
        };
        while starts() < 2 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    std::fs::remove_file(&down).expect("removed");
    within(async {
        while library
            .asked()
            .last()
            .is_none_or(|asked| asked != "subscribe db://x/public")
        {
            tokio::task::yield_now().await;
        }
    })
    .await;
    library.touch("db://x/public").await;
    let heard = stream.message().await;
    assert_eq!(heard["params"]["uri"], "db://x/public");
    // The client has asked once, however often it was tried.
    let record = std::fs::read_to_string(record).expect("a record");
    assert_eq!(record.matches("resources/subscribe").count(), 1, "{record}");
}

#[tokio::test]
async fn what_was_subscribed_to_is_subscribed_to_again_when_the_server_is_back() {
    let library = Library::start(|file| library(file, true)).await;
    let session = Session::open(&library.app).await;
    let mut events = session.listen().await;
    subscribe(&session, "db://x/public").await;
    library
        .app
        .call("lib__touch", json!({"how": "end"}))
        .send()
        .await;
    // It may have changed while nobody told.
    assert_eq!(updated(&mut events).await, "db://x/public");
    assert_eq!(library.asked(), ["subscribe db://x/public"; 2]);
    library.touch("db://x/public").await;
    assert_eq!(updated(&mut events).await, "db://x/public");
}

#[tokio::test]
async fn a_server_of_2026_is_asked_for_one_stream_of_all() {
    let library = Library::start(modern_library).await;
    let session = Session::open(&library.app).await;
    let mut events = session.listen().await;
    assert_eq!(
        subscribe(&session, "db://x/public").await["result"],
        json!({})
    );
    library.touch("db://x/public").await;
    assert_eq!(updated(&mut events).await, "db://x/public");
    session.end().send().await;
    library
        .until_asked(&[r#"listen ["db://x/public"]"#, "cancelled"])
        .await;
}

#[tokio::test]
async fn nobody_hears_of_what_it_may_not_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = folder.path().join("policy.toml");
    let rules = "[team.people]\nmembers = [\"local\"]\nread = [\"*\"]\nwrite = [\"*\"]\nresources = [\"db://x/public\"]\n";
    std::fs::write(&policy, rules).expect("written");
    let policy = policy.to_str().expect("UTF-8");
    let library = Library::with(&[("MESH_POLICY", policy)], |file| library(file, true)).await;
    let session = Session::open(&library.app).await;
    let mut events = session.listen().await;
    for uri in ["db://x/secret", "mesh://lib/db%3A%2F%2Fx%2Fsecret"] {
        let refused = subscribe(&session, uri).await;
        assert_eq!(refused["error"]["code"], -32002, "{refused}");
    }
    subscribe(&session, "db://x/public").await;
    assert_eq!(library.asked(), ["subscribe db://x/public"]);
    library.touch("db://x/secret").await;
    library.touch("db://x/public").await;
    assert_eq!(updated(&mut events).await, "db://x/public");
}

#[tokio::test]
async fn a_resource_is_told_of_by_the_name_that_its_client_knows() {
    let library = Library::start(|file| library(file, true)).await;
    let session = Session::open(&library.app).await;
    let mut events = session.listen().await;
    let uri = "mesh://lib/db%3A%2F%2Fx%2Fpublic";
    assert_eq!(subscribe(&session, uri).await["result"], json!({}));
    library.touch("db://x/public").await;
    assert_eq!(updated(&mut events).await, uri);
    let none = subscribe(&session, "db://x/none").await;
    assert_eq!(
        (&none["error"]["code"], &none["error"]["message"]),
        (&json!(-32002), &json!("no such thing"))
    );
}

#[tokio::test]
async fn a_server_that_tells_of_no_resources_is_not_asked_to() {
    let library = Library::start(|file| library(file, false)).await;
    let session = Session::open(&library.app).await;
    assert_eq!(
        subscribe(&session, "db://x/public").await["result"],
        json!({})
    );
    assert_eq!(library.asked(), [""; 0]);
}
