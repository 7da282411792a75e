use mesh_app::config::{Config, Variables};
use mesh_app::{App, Provisions, upstreams};
use mesh_tools::admission::Admission;
use serde_json::{Value, json};

use super::{CATALOG, TestApp};

/// A server that has these behind it; the file it reads them from goes with it.
pub(crate) async fn gateway(
    settings: &[(&str, &str)],
    servers: Value,
) -> (TestApp, tempfile::TempDir) {
    admitting(settings, servers, Admission::default()).await
}

/// The same, with so much room for work that blocks.
pub(crate) async fn admitting(
    settings: &[(&str, &str)],
    servers: Value,
    admission: Admission,
) -> (TestApp, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mcp.json");
    std::fs::write(&file, json!({"mcpServers": servers}).to_string()).expect("written");
    let file = file.to_str().expect("UTF-8");
    let own = [
        ("MESH_UPSTREAMS", file),
        ("MESH_LOCK", "off"),
        ("PATH", "/usr/bin:/bin"),
    ];
    let variables = Variables::new(own.into_iter().chain(settings.iter().copied()));
    let config = Config::read(&variables).expect("sound settings");
    let provisions = Provisions {
        upstreams: upstreams::of(&config, &variables, |world| world)
            .await
            .expect("a file"),
        admission,
        ..Provisions::of(&config).expect("no corpus")
    };
    let app = App::with(config, CATALOG, provisions).expect("builds");
    (TestApp::of(app), folder)
}

/// Reads messages, a line each, and writes what `$answer` is set to by the cases.
pub(crate) fn shell(cases: &str) -> Value {
    let script = format!(
        r#"while read -r line; do
  id=$(printf %s "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
  answer=
  case "$line" in
{cases}
  esac
  [ -z "$answer" ] || printf '%s\n' "$answer"
done"#
    );
    json!({"command": "/bin/sh", "args": ["-c", script]})
}
