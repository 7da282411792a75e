use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::door::Admission;
use super::health;
use super::report::{Finding, Report};
use super::shape;
use super::target::Target;
use super::told::{Told, Versions};
use crate::client::{CallFault, Conversation};

/// Tools that every deployment has, and that cost nothing.
const HEALTH: &str = "get_system_health";
const CAPABILITIES: &str = "get_server_capabilities";

pub(super) async fn check(
    report: &mut Report,
    target: &Target,
    admission: &Admission,
    versions: Versions,
    told: &mut Told,
) {
    let check = async {
        let called = target.conversing(async |opened| answers(opened, told).await);
        match called.await {
            Ok(count) => Finding::ok(format!("{count} tools answer")),
            Err(why) => versions.judge(why),
        }
    };
    report.make_inside("call", admission, check).await;
}

async fn answers(opened: &mut Conversation, told: &mut Told) -> Result<usize, String> {
    let health = call(opened, HEALTH, json!({"includeDiagnostics": true})).await?;
    let within = |why| format!("`{HEALTH}`: {why}");
    shape::server(&health, &format!("`{HEALTH}`"), told).map_err(within)?;
    health::note_corpus(&health, &format!("`{HEALTH}`"), told).map_err(within)?;
    if !["healthy", "degraded"].contains(&shape::text(&health, "status").map_err(within)?) {
        return Err(within(format!("it says {}", health["status"])));
    }
    let capabilities = call(opened, CAPABILITIES, json!({})).await?;
    let within = |why| format!("`{CAPABILITIES}`: {why}");
    let place = format!("`{CAPABILITIES}`");
    shape::server(&capabilities["server"], &place, told).map_err(within)?;
    let rows = shape::list(&capabilities, "tools").map_err(within)?;
    let name = |row: &Value| shape::text(row, "name").map(str::to_owned);
    let names: Result<BTreeSet<_>, _> = rows.iter().map(name).collect();
    told.tools.note(&place, names.map_err(within)?);
    let own = rows.iter().filter(|row| row["server"].is_null());
    let own: Result<BTreeSet<_>, _> = own.map(name).collect();
    every(opened, &own.map_err(within)?).await
}

/// The structure of a tool's result.
pub(super) async fn call(
    opened: &mut Conversation,
    tool: &str,
    arguments: Value,
) -> Result<Value, String> {
    let arguments: Map<String, Value> = arguments.as_object().cloned().unwrap_or_default();
    let result = opened.call(tool, &arguments).await;
    let result = result.map_err(|fault| format!("`{tool}`: {fault}"))?;
    let structure = shape::result(&result).map_err(|why| format!("`{tool}`: {why}"))?;
    Ok(structure.clone())
}

/// Calls each of its own tools that only reads and asks nobody else. Without arguments most refuse, as a result; a tool that is
/// not there is refused by the server. What the servers behind it answer says nothing of this one.
async fn every(opened: &mut Conversation, own: &BTreeSet<String>) -> Result<usize, String> {
    let tools = opened.tools().await.map_err(|fault| fault.to_string())?;
    for tool in &tools {
        let hints = &tool["annotations"];
        let is_harmless = hints["readOnlyHint"] == true && hints["openWorldHint"] == false;
        let name = tool["name"].as_str().unwrap_or_default();
        if !is_harmless || !own.contains(name) {
            continue;
        }
        match opened.call(name, &Map::new()).await {
            Ok(result) => {
                shape::list(&result, "content").map_err(|why| format!("`{name}`: {why}"))?;
            }
            Err(fault @ CallFault::Refused { .. }) => {
                return Err(format!("`{name}` is listed, and cannot be called: {fault}"));
            }
            Err(fault) => return Err(format!("`{name}`: {fault}")),
        }
    }
    Ok(tools.len())
}
