//! The configuration that AgentGateway tells: targets of its MCP backends, which name other backends by their keys.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Found;

/// What stands in the place of a secret.
const REDACTED: &str = "<redacted>";

pub(super) fn servers(dump: &Map<String, Value>) -> Found {
    let backends = dump.get("backends").and_then(Value::as_array);
    let backends: Vec<Backend<'_>> = backends.into_iter().flatten().map(Backend::of).collect();
    let hosts = backends.iter().filter_map(Backend::host).collect();
    let mut found = Found::default();
    for backend in &backends {
        let targets = backend.whole["mcp"]["target"]["targets"].as_array();
        for target in targets.into_iter().flatten() {
            add(target, &hosts, &mut found);
        }
    }
    found
}

/// An address and whether it is encrypted, by the key of its backend.
type Hosts<'d> = BTreeMap<String, (&'d str, bool)>;

struct Backend<'d> {
    whole: &'d Value,
    policies: &'d Value,
}

impl<'d> Backend<'d> {
    /// With its policies beside it, or, as it was before those, alone.
    fn of(entry: &'d Value) -> Self {
        Self {
            whole: entry.get("backend").unwrap_or(entry),
            policies: &entry["inlinePolicies"],
        }
    }

    fn host(&self) -> Option<(String, (&'d str, bool))> {
        let host = &self.whole["host"];
        let (namespace, name) = (host["namespace"].as_str(), host["name"].as_str()?);
        let policies = self.policies.as_array();
        let is_encrypted = policies
            .into_iter()
            .flatten()
            .any(|policy| policy.get("backendTLS").is_some());
        let key = format!("{}/{name}", namespace.unwrap_or_default());
        Some((key, (host["target"].as_str()?, is_encrypted)))
    }
}

fn add(target: &Value, hosts: &Hosts<'_>, found: &mut Found) {
    let Some(name) = target["name"].as_str() else {
        return;
    };
    let server = match server(name, target, hosts) {
        Ok(server) => server,
        Err(told) => {
            found.warnings.push((name.to_owned(), told));
            return;
        }
    };
    let known = found.servers.iter().find(|known| known["name"] == name);
    match known {
        None => found.servers.push(server),
        Some(known) if *known == server => {}
        Some(_) => {
            let told = "a target of this name stands before it, and what stands here has no effect";
            found.warnings.push((name.to_owned(), told.to_owned()));
        }
    }
}

fn server(name: &str, target: &Value, hosts: &Hosts<'_>) -> Result<Value, String> {
    if let Some(stdio) = target.get("stdio") {
        return Ok(json!({
            "name": name,
            "command": stdio["cmd"],
            "args": stdio["args"],
            "env": env(&stdio["env"]),
        }));
    }
    let ways = [("mcp", "streamable-http"), ("sse", "sse")];
    let way = ways
        .into_iter()
        .find_map(|(way, protocol)| Some((target.get(way)?, protocol)));
    let Some((way, protocol)) = way else {
        return Err("has no effect: it is neither `stdio`, `mcp` nor `sse`".to_owned());
    };
    let endpoint = address(way, hosts)
        .ok_or("has no effect: where it is cannot be told from the configuration")?;
    Ok(json!({"name": name, "endpoint": endpoint, "protocol": protocol}))
}

/// A value that is not told is looked for where ours are, under the same name.
fn env(env: &Value) -> Map<String, Value> {
    let variables = env.as_object().into_iter().flatten();
    let told = |(name, value): (&String, &Value)| match value.as_str() {
        Some(REDACTED) => (name.clone(), format!("${{{name}}}").into()),
        _ => (name.clone(), value.clone()),
    };
    variables.map(told).collect()
}

fn address(way: &Value, hosts: &Hosts<'_>) -> Option<String> {
    let backend = &way["backend"];
    let (host, is_encrypted) = if let Some(key) = backend["backend"].as_str() {
        let (host, is_encrypted) = hosts.get(key)?;
        ((*host).to_owned(), *is_encrypted)
    } else if let Some(host) = backend["inlineBackend"].as_str() {
        (host.to_owned(), false)
    } else {
        let service = &backend["service"];
        let host = service["name"]["hostname"].as_str()?;
        (format!("{host}:{}", service["port"].as_u64()?), false)
    };
    let scheme = if is_encrypted { "https" } else { "http" };
    let host = match scheme {
        "https" => host.trim_end_matches(":443"),
        _ => host.trim_end_matches(":80"),
    };
    let path = way["path"].as_str().unwrap_or_default();
    Some(format!(
        "{scheme}://{host}/{}",
        path.trim_start_matches('/')
    ))
}
