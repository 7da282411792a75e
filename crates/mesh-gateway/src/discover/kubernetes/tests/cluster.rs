use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::fake::{Fake, TOKEN};
use crate::discover::tests::{around, told, variables};
use crate::discover::{Around, Discovery, Source};

struct Home {
    folder: tempfile::TempDir,
    fake: Fake,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let fake = Fake::start();
        let config = json!({
            "current-context": "here",
            "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u", "namespace": "tools"}}],
            "clusters": [{"name": "c", "cluster": {"server": fake.address}}],
            "users": [{"name": "u", "user": {"token": TOKEN}}],
        });
        std::fs::write(folder.path().join("config"), config.to_string()).expect("written");
        Self { folder, fake }
    }

    fn discovery(&self) -> Discovery {
        let file = self.folder.path().join("config");
        let given = [("KUBECONFIG", file.to_str().expect("UTF-8"))];
        let around = Around {
            ..around(self.folder.path(), variables(given))
        };
        Discovery::new([Source::Kubernetes], around)
    }
}

fn config_map(name: &str, labels: &Value, key: &str, text: &str) -> Value {
    json!({"metadata": {"name": name, "namespace": "tools", "labels": labels}, "data": {key: text}})
}

fn registered(name: &str, command: &str) -> Value {
    let labels = json!({"agentgateway.elfautomations.com/register": "true"});
    let text = json!({"name": name, "protocol": "stdio", "command": command}).to_string();
    config_map(
        &format!("{name}-config"),
        &labels,
        "agentgateway-config.json",
        &text,
    )
}

fn service(name: &str, ports: &Value, annotations: &Value) -> Value {
    json!({"metadata": {"name": name, "namespace": "tools", "annotations": annotations}, "spec": {"ports": ports}})
}

const GATEWAY: &str = "{\n  \"targets\": {\n    \"mcp\": [\n      {\"name\": \"supabase\", \"stdio\": {\"cmd\": \"python\"}},\n      {\"name\": \"registry\", \"http\": {\"url\": \"http://registry.tools.svc:8080/mcp\"}}\n    ]\n  }\n}\n";

#[tokio::test]
async fn config_maps_and_services_of_a_namespace() {
    let home = Home::new();
    home.fake.put(
        "configmaps",
        config_map("agentgateway-config", &json!({}), "config.json", GATEWAY),
    );
    home.fake.put(
        "configmaps",
        config_map("other", &json!({}), "config.json", GATEWAY),
    );
    home.fake.put("configmaps", registered("drive", "node"));
    home.fake.put("configmaps", registered("mail", "node"));
    home.fake.put("configmaps", registered("notes", "node"));
    let labels = json!({"agentgateway.elfautomations.com/register": "true"});
    home.fake.put(
        "configmaps",
        config_map("empty-config", &labels, "other.json", "{}"),
    );
    let mcp = json!({"name": "mcp", "port": 3000, "appProtocol": "agentgateway.dev/mcp"});
    home.fake
        .put("services", service("events", &json!([mcp]), &Value::Null));
    let annotations = json!({"kgateway.dev/mcp-path": "/sse"});
    let older = json!({"name": "old", "port": 3001, "appProtocol": "kgateway.dev/mcp"});
    home.fake.put(
        "services",
        service("twice", &json!([mcp, older]), &annotations),
    );
    home.fake.put(
        "services",
        service("web", &json!([{"port": 80}]), &Value::Null),
    );
    let told = told(&home.discovery().read().await);
    assert_eq!(
        told,
        [
            "supabase (kubernetes, configmap/tools/agentgateway-config/config.json:4): <python>",
            "registry (kubernetes, configmap/tools/agentgateway-config/config.json:5): Either http://registry.tools.svc:8080/mcp",
            "drive (kubernetes, configmap/tools/drive-config/agentgateway-config.json:1): <node>",
            "mail (kubernetes, configmap/tools/mail-config/agentgateway-config.json:1): <node>",
            "notes (kubernetes, configmap/tools/notes-config/agentgateway-config.json:1): <node>",
            "? configmap/tools/empty-config/agentgateway-config.json: it has no key `agentgateway-config.json`",
            "events (kubernetes, service/tools/events): Either http://events.tools.svc:3000/mcp",
            "twice-mcp (kubernetes, service/tools/twice): Either http://twice.tools.svc:3000/sse",
            "twice-old (kubernetes, service/tools/twice): Either http://twice.tools.svc:3001/sse",
        ],
        "\n{}\n",
        told.join("\n")
    );
}

/// What is found, when it is this; a watch tells of it in a moment.
async fn soon(discovery: &Discovery, expected: &[&str]) {
    let names = async || {
        let reads = discovery.read().await;
        let entries = reads.into_iter().flat_map(|read| read.entries);
        entries.map(|entry| entry.name).collect::<Vec<_>>()
    };
    let deadline = Instant::now() + Duration::from_secs(20);
    while Instant::now() < deadline {
        if names().await == expected {
            return;
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(names().await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_again_is_told_of_changes_without_another_list() {
    let home = Home::new();
    home.fake.put("configmaps", registered("drive", "node"));
    let discovery = home.discovery();
    soon(&discovery, &["drive"]).await;
    soon(&discovery, &["drive"]).await;
    let lists = home.fake.asked("list ");
    home.fake.put("configmaps", registered("mail", "node"));
    soon(&discovery, &["drive", "mail"]).await;
    home.fake.remove("configmaps", "drive-config");
    soon(&discovery, &["mail"]).await;
    assert_eq!(home.fake.asked("list "), lists);
    // What was known is too old: everything is listed again, and watched from there.
    home.fake.compact();
    home.fake.put("configmaps", registered("notes", "node"));
    soon(&discovery, &["mail", "notes"]).await;
    assert!(home.fake.asked("list ") > lists);
    let watched = async {
        while home.fake.asked("allowWatchBookmarks=true") <= 3 {
            tokio::task::yield_now().await;
        }
    };
    let watched = tokio::time::timeout(Duration::from_secs(20), watched).await;
    watched.expect("it is watched again");
}

#[tokio::test]
async fn what_may_not_be_done_is_named_and_the_rest_counts() {
    let home = Home::new();
    home.fake.put("configmaps", registered("drive", "node"));
    let discovery = home.discovery();
    soon(&discovery, &["drive"]).await;
    home.fake.deny("services", "list");
    home.fake.deny("configmaps", "watch");
    let reads = told(&discovery.read().await);
    assert_eq!(
        reads[1],
        "? kubernetes tools/services: we may not `list` `services` in the namespace `tools` (403): a Role has to allow it; what it said before holds",
        "{reads:?}"
    );
    let without = Fake::start();
    let config = std::fs::read_to_string(home.folder.path().join("config")).expect("read");
    let config = config
        .replace(&home.fake.address, &without.address)
        .replace(TOKEN, "another");
    std::fs::write(home.folder.path().join("config"), config).expect("written");
    let refused = told(&home.discovery().read().await);
    assert!(
        refused[0].ends_with("the cluster does not take our token (401)"),
        "{refused:?}"
    );
}
