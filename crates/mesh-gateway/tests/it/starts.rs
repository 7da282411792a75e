//! Upstreams that hang at their start.

use std::path::Path;

use mesh_gateway::{Fault, Gateway, source};
use serde_json::json;

use crate::support::{soon, until, world};

/// Says what it waits for, starts another process whose id it writes into the file of its argument, and never answers.
const SERVER: &str = r#"
echo 'waiting for a key' >&2
sleep 1000 > /dev/null 2>&1 &
echo $! > "$1.part" && mv "$1.part" "$1"
while read -r line; do :; done
"#;

fn gateway(file: &Path, start_timeout: &str) -> Gateway {
    let entry = json!({
        "command": "/bin/sh", "args": ["-c", SERVER, "sh", file], "mesh": {"startTimeout": start_timeout},
    });
    let text = json!({"mcpServers": {"bell": entry}}).to_string();
    let read = source::read(Path::new("mcp.json"), &text);
    assert_eq!(read.faults, []);
    Gateway::new(read.entries, &world(), 48)
}

/// One that has ended may still be waited for.
fn is_running(process: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{}/stat", process.trim()));
    status.is_ok_and(|status| !status.contains(") Z "))
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_start_is_left_when_all_is_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("process");
    let gateway = gateway(&file, "60s");
    let starting = gateway.clone();
    let started = tokio::spawn(async move { starting.known(soon()).await });
    until(|| file.exists()).await;
    let process = std::fs::read_to_string(&file).expect("it was started");
    assert!(is_running(&process));
    gateway.end().await;
    until(|| !is_running(&process)).await;
    started.await.expect("it ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_said_that_did_not_answer_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let gateway = gateway(&folder.path().join("process"), "500ms");
    gateway.known(soon()).await;
    let stats = gateway.stats().remove(0);
    let (_, fault) = stats.fault.expect("a fault");
    assert_eq!(fault.to_string(), "no answer in time");
    assert_eq!(stats.said.as_deref(), Some("waiting for a key\n"));
    gateway.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_written_for_it_is_told_of_what_it_said_and_when_it_is_tried_again_is() {
    let entry = json!({
        "command": "/bin/sh", "args": ["-c", "echo \"bad key $KEY\" >&2; exit 3"], "env": {"KEY": "not-a-real-key"},
    });
    let text = json!({"mcpServers": {"bell": entry}}).to_string();
    let read = source::read(Path::new("mcp.json"), &text);
    let gateway = Gateway::new(read.entries, &world(), 48);
    gateway.known(soon()).await;
    let said = gateway.stats().remove(0).said;
    assert_eq!(said.as_deref(), Some("bad key [hidden]\n"));
    let (_, fault) = gateway.silence_of("bell").expect("nothing was heard");
    let Fault::LeftAlone { after, .. } = fault else {
        panic!("{fault}")
    };
    assert!(after.contains("bad key [hidden]"), "{after}");
    gateway.end().await;
}
