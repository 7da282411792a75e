use std::path::PathBuf;

use serde_json::{Value, json};

use crate::source::{self, Read};

/// What a port says that speaks MCP; kgateway had it first.
const PROTOCOLS: [&str; 2] = ["agentgateway.dev/mcp", "kgateway.dev/mcp"];
/// Where it says under which path.
const PATHS: [&str; 2] = ["agentgateway.dev/mcp-path", "kgateway.dev/mcp-path"];
const DEFAULT_PATH: &str = "/mcp";

/// The ports of a Service that speak MCP, each a server.
pub(super) fn read(namespace: &str, object: &Value) -> Read {
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    let ports = object["spec"]["ports"].as_array();
    let ports: Vec<_> = ports
        .into_iter()
        .flatten()
        .filter(|port| {
            PROTOCOLS
                .iter()
                .any(|protocol| port["appProtocol"] == *protocol)
        })
        .collect();
    let annotations = &object["metadata"]["annotations"];
    let path = PATHS.iter().find_map(|path| annotations[path].as_str());
    let path = path.unwrap_or(DEFAULT_PATH).trim_start_matches('/');
    let server = |port: &&Value| {
        let called = match (ports.len(), port["name"].as_str()) {
            (1, _) | (_, None) => name.to_owned(),
            (_, Some(port)) => format!("{name}-{port}"),
        };
        let number = &port["port"];
        let url = format!("http://{name}.{namespace}.svc:{number}/{path}");
        (called, json!({"url": url}))
    };
    let servers: serde_json::Map<String, Value> = ports.iter().map(server).collect();
    let place = PathBuf::from(format!("service/{namespace}/{name}"));
    source::read_value(&place, json!({"mcpServers": servers}))
}
