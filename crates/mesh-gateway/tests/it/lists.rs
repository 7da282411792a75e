//! What an upstream lists has an end.

use std::path::Path;
use std::sync::Arc;

use mesh_gateway::{Approvals, Catalogue, Gateway, LockMode, World, source};
use serde_json::json;

use crate::http::Server;
use crate::support::{soon, world};

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_too_many_tools_is_cut() {
    let server = Server::start(false);
    let names = (0..5_001).map(|n| &*format!("tool-{n}").leak());
    server.change(&names.collect::<Vec<&'static str>>());
    let text = json!({"mcpServers": {"bell": {"type": "http", "url": server.url()}}}).to_string();
    let read = source::read(Path::new("mcp.json"), &text);
    let gateway = Gateway::new(read.entries, &world(), 48);
    gateway.known(soon()).await;
    let catalogue = gateway.catalogue();
    assert_eq!(catalogue.tools.len(), 5_000);
    assert_eq!(
        catalogue.notes,
        ["bell: tools/list: only the first 5000 are taken"]
    );
    gateway.end().await;
}

/// Answers `prompts/list` by the file that there is in the folder of its first argument.
const SERVER: &str = r#"
while read -r line; do
  id=$(printf %s "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
  case "$line" in
    *'"initialize"'*) result='{"protocolVersion":"2025-06-18","capabilities":{"tools":{},"prompts":{},"completions":{}},"serverInfo":{"name":"s","version":"1"}}' ;;
    *'"tools/list"'*) result='{"tools":[{"name":"ring","inputSchema":{"type":"object"}}]}' ;;
    *'"prompts/list"'*)
      [ -e "$1/silent" ] && continue
      if [ -e "$1/broken" ]; then
        printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32603,"message":"no"}}\n' "$id"
        continue
      fi
      result='{"prompts":[{"name":"greet"}]}' ;;
    *) continue ;;
  esac
  printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
done
"#;

fn with_prompts(folder: &Path) -> Gateway {
    with_prompts_in(folder, &world())
}

fn with_prompts_in(folder: &Path, world: &World) -> Gateway {
    let args = json!(["-c", SERVER, "sh", folder]);
    let text = json!({"mcpServers": {"bell": {"command": "/bin/sh", "args": args}}});
    let read = source::read(Path::new("mcp.json"), &text.to_string());
    Gateway::new(read.entries, world, 48)
}

fn offered(catalogue: &Catalogue) -> (usize, usize) {
    (catalogue.tools.len(), catalogue.items.prompts.len())
}

#[tokio::test]
async fn tools_do_not_wait_for_a_list_that_is_never_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("silent"), "").expect("written");
    let gateway = with_prompts(folder.path());
    gateway.known(soon()).await;
    assert_eq!(offered(&gateway.catalogue()), (1, 0));
    gateway.end().await;
}

#[tokio::test]
async fn a_list_that_cannot_be_read_again_stays_what_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let gateway = with_prompts(folder.path());
    gateway.ask_all(soon()).await;
    assert_eq!(offered(&gateway.catalogue()), (1, 1));
    std::fs::write(folder.path().join("broken"), "").expect("written");
    gateway.ask_all(soon()).await;
    let catalogue = gateway.catalogue();
    assert_eq!(offered(&catalogue), (1, 1));
    assert_eq!(
        catalogue.notes,
        ["bell: prompts/list failed: it answered: no"]
    );
    gateway.end().await;
}

#[tokio::test]
async fn what_no_lock_tells_is_known_though_the_lists_are_those_of_the_lock() {
    let folder = tempfile::tempdir().expect("a folder");
    let lock = folder.path().join("mesh.lock");
    let recording = || World {
        approvals: Arc::new(Approvals::open(LockMode::Record, &lock).expect("opens")),
        ..world()
    };
    let before = with_prompts_in(folder.path(), &recording());
    before.ask_all(soon()).await;
    before.end().await;
    let gateway = with_prompts_in(folder.path(), &recording());
    assert_eq!(offered(&gateway.catalogue()), (1, 1));
    assert!(!gateway.completes(Some("bell")));
    gateway.ask_all(soon()).await;
    assert!(gateway.completes(Some("bell")));
    gateway.end().await;
}
