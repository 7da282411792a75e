//! The routes beside `/rpc`: what plain HTTP callers and monitors use says the same as MCP does.

use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde_json::{Value, json};

use super::door::Admission;
use super::report::{Finding, Report};
use super::seen::Seen;
use super::shape;
use super::target::Target;
use super::told::Told;

/// Other names of `/rpc`.
const RPC: [&str; 3] = ["/mcp", "/api/v1/mcp", "/"];

const HEALTH: &str = "/tools/get_system_health";

/// With which every metric of ours begins.
const METRICS: &str = "aoma_mesh_";

pub(super) async fn check(
    report: &mut Report,
    target: &Target,
    admission: &Admission,
    told: &mut Told,
) {
    let check = async {
        Finding::of(judged(target, told).await, |()| {
            "`/tools`, `/metrics` and the other names of `/rpc` answer".to_owned()
        })
    };
    report.make_inside("routes", admission, check).await;
}

async fn judged(target: &Target, told: &mut Told) -> Result<(), String> {
    let root = asked(target, Method::GET, "/", None).await?;
    note_root(&root, told).map_err(|why| format!("`GET /`: {why}"))?;
    let listed = asked(target, Method::GET, "/tools", None).await?;
    note_tools(&listed, "`/tools`", told).map_err(|why| format!("`GET /tools`: {why}"))?;
    let health = asked(target, Method::POST, HEALTH, Some(json!({}))).await?;
    shape::result(&health).map_err(|why| format!("`POST {HEALTH}`: {why}"))?;
    for path in RPC {
        let request = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}});
        let answer = asked(target, Method::POST, path, Some(request)).await?;
        let noted = note_tools(&answer["result"], &format!("`{path}`"), told);
        noted.map_err(|why| format!("`POST {path}`: {why}"))?;
    }
    metrics(target, told).await
}

async fn metrics(target: &Target, told: &mut Told) -> Result<(), String> {
    let place = "`GET /metrics`";
    let counters = asked(target, Method::GET, "/metrics", None).await?;
    let version = shape::text(&counters, "version").map_err(|why| format!("{place}: {why}"))?;
    if !counters["tools"].is_object() || !counters["totalRequests"].is_u64() {
        return Err(format!("{place}: it has no `tools` and `totalRequests`"));
    }
    told.versions.note(place, version.to_owned());
    let seen = sent(target, Method::GET, "/metrics/prometheus", None).await?;
    let is_text = seen
        .header(CONTENT_TYPE)
        .is_some_and(|kind| kind.starts_with("text/plain"));
    let text = String::from_utf8_lossy(&seen.body);
    if !seen.status.is_success() || !is_text || !text.lines().any(|line| line.starts_with(METRICS))
    {
        return Err(format!(
            "`GET /metrics/prometheus`: no metric that begins with `{METRICS}`: {}",
            seen.excerpt()
        ));
    }
    Ok(())
}

fn note_root(root: &Value, told: &mut Told) -> Result<(), String> {
    let place = "`GET /`";
    shape::server(root, place, told)?;
    let tools = shape::list(root, "tools")?.iter();
    let names: Option<_> = tools.map(|name| name.as_str().map(str::to_owned)).collect();
    told.tools
        .note(place, names.ok_or("its tools are no names")?);
    Ok(())
}

fn note_tools(listed: &Value, place: &str, told: &mut Told) -> Result<(), String> {
    let names = shape::tools(shape::list(listed, "tools")?)?;
    told.tools.note(place, names);
    Ok(())
}

/// A JSON object under a status of success.
async fn asked(
    target: &Target,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Result<Value, String> {
    let name = format!("`{method} {path}`");
    let seen = sent(target, method, path, body).await?;
    if !seen.status.is_success() {
        let status = seen.status.as_u16();
        return Err(format!("{name} gets {status}: {}", seen.excerpt()));
    }
    shape::json(&seen).map_err(|why| format!("{name}: {why}"))
}

async fn sent(
    target: &Target,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Result<Seen, String> {
    let answer = async {
        let endpoint = target.at(path)?;
        let mut request = endpoint.request(method).header(ACCEPT, "application/json");
        if let Some(body) = body {
            request = request
                .header(CONTENT_TYPE, "application/json")
                .body(body.to_string());
        }
        Seen::of(&endpoint, request).await
    };
    let answer: Result<_, crate::client::CallFault> = answer.await;
    answer.map_err(|fault| format!("`{path}`: {fault}"))
}
