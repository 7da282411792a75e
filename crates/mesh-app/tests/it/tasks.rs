//! Tools of other servers that are only run as tasks (MCP 2025-11-25) are called as all others are.

use serde_json::{Value, json};

use crate::support::{Session, TestApp, gateway, shell};

/// Has one tool, which is a task: it works until it was asked as often as `rounds` says, and writes what it was asked into
/// the file. What it `declares` is what it says of tasks when it is opened.
fn worker(file: &std::path::Path, rounds: usize, declares: &str) -> Value {
    let file = file.display();
    let mut entry = shell(&format!(
        r#"    *'"initialize"'*) answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"protocolVersion":"2025-11-25","capabilities":{{"tools":{{}}{declares}}},"serverInfo":{{"name":"s","version":"1"}}}}}}' ;;
    *'"tools/list"'*) answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"tools":[{{"name":"study","inputSchema":{{"type":"object"}},"annotations":{{"readOnlyHint":true}},"execution":{{"taskSupport":"required"}}}}]}}}}' ;;
    *'"tools/call"'*'"task"'*) echo begin >> {file}; asked=0; token=$id
      answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"task":{{"taskId":"t-1","status":"working","createdAt":"2026-11-29T00:00:00Z","lastUpdatedAt":"2026-11-29T00:00:00Z","ttl":1000,"pollInterval":10,"statusMessage":"begun"}}}}}}' ;;
    *'"tools/call"'*) echo plain >> {file}
      answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"content":[{{"type":"text","text":"plainly"}}]}}}}' ;;
    *'"tasks/get"'*'"t-1"'*) echo get >> {file}; asked=$((asked+1)); status=working
      [ -z "$STEPS" ] || printf '{{"jsonrpc":"2.0","method":"notifications/progress","params":{{"progressToken":%s,"progress":%s0,"message":"half of %s"}}}}\n' "$token" "$asked" "$asked"
      [ $asked -lt {rounds} ] || status=$ENDS
      answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"taskId":"t-1","status":"'$status'","createdAt":"2026-11-29T00:00:00Z","lastUpdatedAt":"2026-11-29T00:00:00Z","ttl":1000,"pollInterval":10,"statusMessage":"asked '$asked'"}}}}' ;;
    *'"tasks/result"'*'"t-1"'*) echo result >> {file}; call=$id
      case "$ENDS" in
        input_required) answer='{{"jsonrpc":"2.0","id":"q","method":"elicitation/create","params":{{"message":"Who are you?","requestedSchema":{{"type":"object","properties":{{"name":{{"type":"string"}}}}}},"_meta":{{"io.modelcontextprotocol/related-task":{{"taskId":"t-1"}}}}}}}}' ;;
        failed) answer='{{"jsonrpc":"2.0","id":'$id',"error":{{"code":-32050,"message":"no ink","data":{{"x":1}}}}}}' ;;
        *) answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"content":[{{"type":"text","text":"studied","x-kept":1.50}}],"_meta":{{"io.modelcontextprotocol/related-task":{{"taskId":"t-1"}}}}}}}}' ;;
      esac ;;
    *'"id":"q"'*)
      name=$(printf %s "$line" | sed -n 's/.*"name":"\([A-Z][a-z]*\)".*/\1/p')
      answer='{{"jsonrpc":"2.0","id":'$call',"result":{{"content":[{{"type":"text","text":"Hello, '$name'!"}}]}}}}' ;;
    *'"tasks/cancel"'*'"t-1"'*) echo cancel >> {file}
      answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"taskId":"t-1","status":"cancelled","createdAt":"2026-11-29T00:00:00Z","lastUpdatedAt":"2026-11-29T00:00:00Z","ttl":1000}}}}' ;;"#,
    ));
    entry["env"]["ENDS"] = "completed".into();
    entry
}

const TASKS: &str = r#","tasks":{"requests":{"tools":{"call":{}}},"cancel":{}}"#;
const NEVER: usize = 1_000_000;

fn ending(mut entry: Value, status: &str) -> Value {
    entry["env"]["ENDS"] = status.into();
    entry
}

struct Worker {
    app: TestApp,
    folder: tempfile::TempDir,
    _file: tempfile::TempDir,
}

impl Worker {
    async fn start(rounds: usize, declares: &str, entry: impl FnOnce(Value) -> Value) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let worker = entry(worker(&folder.path().join("asked"), rounds, declares));
        let (app, file) = gateway(&[("MESH_BUDGET_MS", "3000")], json!({"lab": worker})).await;
        Self {
            app,
            folder,
            _file: file,
        }
    }

    /// What the server was asked, so far.
    fn asked(&self) -> Vec<String> {
        let asked = std::fs::read_to_string(self.folder.path().join("asked")).unwrap_or_default();
        asked.lines().map(str::to_owned).collect()
    }

    async fn until_asked(&self, what: &str) {
        crate::support::within(async {
            while !self.asked().iter().any(|asked| asked == what) {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    async fn study(&self) -> (bool, String) {
        self.app.call("lab__study", json!({})).send().await.told()
    }
}

#[tokio::test]
async fn a_task_is_asked_for_until_it_has_ended_and_its_result_is_the_answer() {
    let worker = Worker::start(3, TASKS, |entry| entry).await;
    let answer = worker.app.call("lab__study", json!({})).send().await;
    let text = answer.text();
    assert!(
        text.contains(r#"{"type":"text","text":"studied","x-kept":1.50}"#),
        "{text}"
    );
    assert_eq!(
        answer.result().get("_meta"),
        None,
        "the caller knows of no task"
    );
    assert_eq!(worker.asked(), ["begin", "get", "get", "get", "result"]);
    let call = json!({"name": "lab__study", "arguments": {}});
    let mut modern = worker.app.modern("tools/call", call).stream().await;
    let result = loop {
        let message = modern.message().await;
        if message["id"] == 7 {
            break message["result"].clone();
        }
    };
    assert_eq!(result["content"][0]["text"], "studied");
}

#[tokio::test]
async fn its_steps_reach_who_wants_to_hear_of_them() {
    let worker = Worker::start(2, TASKS, |entry| entry).await;
    let session = Session::open(&worker.app).await;
    let params = json!({"name": "lab__study", "arguments": {}, "_meta": {"progressToken": "p"}});
    let mut call = session.request("tools/call", params).stream().await;
    let mut told = Vec::new();
    let result = loop {
        let message = call.message().await;
        match message["method"].as_str() {
            Some("notifications/progress") => told.push(message["params"]["message"].clone()),
            _ => break message["result"].clone(),
        }
    };
    assert_eq!(told, ["begun", "asked 1", "asked 2"]);
    assert_eq!(result["content"][0]["text"], "studied");
}

#[tokio::test]
async fn so_do_those_that_it_tells_by_the_token_of_the_call() {
    let telling = |mut entry: Value| {
        entry["env"]["STEPS"] = "yes".into();
        entry
    };
    let worker = Worker::start(1, TASKS, telling).await;
    let session = Session::open(&worker.app).await;
    let params = json!({"name": "lab__study", "arguments": {}, "_meta": {"progressToken": "p"}});
    let mut call = session.request("tools/call", params).stream().await;
    let mut told = Vec::new();
    loop {
        let message = call.message().await;
        match message["method"].as_str() {
            Some("notifications/progress") => told.push(message["params"]["message"].clone()),
            _ => break,
        }
    }
    assert_eq!(told, ["begun", "half of 1", "asked 1"]);
}

#[tokio::test]
async fn a_task_that_fails_is_answered_as_its_server_has_it() {
    let worker = Worker::start(1, TASKS, |entry| ending(entry, "failed")).await;
    let answer = worker.app.call("lab__study", json!({})).send().await.json();
    assert_eq!(
        answer["error"],
        json!({"code": -32050, "message": "no ink", "data": {"x": 1}})
    );
}

#[tokio::test]
async fn a_task_is_taken_back_when_nobody_waits_for_it_any_more() {
    let worker = Worker::start(NEVER, TASKS, |entry| entry).await;
    let (failed, text) = worker.study().await;
    assert!(
        failed && text.contains("`lab` gave no answer in time"),
        "{text}"
    );
    worker.until_asked("cancel").await;
    let worker = Worker::start(NEVER, TASKS, |entry| entry).await;
    let session = Session::open(&worker.app).await;
    let params = json!({"name": "lab__study", "arguments": {}, "_meta": {"progressToken": "p"}});
    let mut call = session.request("tools/call", params).stream().await;
    call.message().await;
    session
        .notify("notifications/cancelled", json!({"requestId": 7}))
        .await;
    worker.until_asked("cancel").await;
}

#[tokio::test]
async fn what_a_task_asks_is_passed_on_only_where_its_entry_says_so() {
    let asks = |entry| ending(entry, "input_required");
    let worker = Worker::start(1, TASKS, asks).await;
    let (failed, text) = worker.study().await;
    assert!(failed && text.contains("`relay` in its entry"), "{text}");
    worker.until_asked("cancel").await;
    assert!(!worker.asked().contains(&"result".to_owned()));
    let relayed = |entry| {
        let mut entry = asks(entry);
        entry["mesh"]["relay"] = true.into();
        entry
    };
    let worker = Worker::start(1, TASKS, relayed).await;
    let session = Session::open(&worker.app).await;
    let mut call = session.call("lab__study", json!({})).stream().await;
    let question = call.message().await;
    assert_eq!(question["params"]["message"], "Who are you?", "{question}");
    let ada = json!({"action": "accept", "content": {"name": "Ada"}});
    session.answer(&question["id"], ada).await;
    let answer = call.message().await;
    assert_eq!(answer["result"]["content"][0]["text"], "Hello, Ada!");
}

#[tokio::test]
async fn a_server_that_does_not_declare_tasks_is_called_plainly() {
    for declares in ["", r#","tasks":{"list":{}}"#] {
        let worker = Worker::start(1, declares, |entry| entry).await;
        assert_eq!(worker.study().await, (false, "plainly".to_owned()));
        assert_eq!(worker.asked(), ["plain"]);
    }
}
