use serde_json::Value;

use super::door::Admission;
use super::report::{Finding, Report};
use super::shape;
use super::target::Target;
use super::told::Told;
use super::wire;
use crate::client::{CallFault, Conversation, Legacy, Modern};

/// The revisions that open with `initialize`, and what each is checked as.
const REVISIONS: [(&str, &str); 4] = [
    ("2024-11-05", "initialize 2024-11-05"),
    ("2025-03-26", "initialize 2025-03-26"),
    ("2025-06-18", "initialize 2025-06-18"),
    ("2025-11-25", "initialize 2025-11-25"),
];

const DISCOVER: &str = "discover 2026-07-28";

/// Where the newest revision says who the server is.
const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";

pub(super) async fn check(
    report: &mut Report,
    target: &Target,
    admission: &Admission,
    told: &mut Told,
) {
    report
        .make_inside("wire", admission, wire::check(target))
        .await;
    for (revision, name) in REVISIONS {
        let spoken = initialized(target, revision, name, told);
        let check = async { Finding::of(spoken.await, words) };
        report.make_inside(name, admission, check).await;
    }
    let spoken = discovered(target, told);
    let check = async { Finding::of(spoken.await, words) };
    report.make_inside(DISCOVER, admission, check).await;
}

fn words(tools: usize) -> String {
    format!("spoken, with {tools} tools")
}

async fn initialized(
    target: &Target,
    revision: &str,
    place: &str,
    told: &mut Told,
) -> Result<usize, String> {
    let opened = Legacy::initialize(target.rpc.clone(), revision).await;
    let mut opened = Conversation::Legacy(opened.map_err(|fault| fault.to_string())?);
    let spoken = async {
        let opening = opened.opening().cloned().unwrap_or_default();
        let agreed = shape::text(&opening, "protocolVersion")?;
        if agreed != revision {
            return Err(format!("the server speaks {agreed} in its place"));
        }
        let info = &opening["serverInfo"];
        shape::server(info, place, told).map_err(|why| format!("`serverInfo`: {why}"))?;
        listed(&mut opened, &opening, place, told).await
    };
    let spoken = spoken.await;
    opened.close().await;
    spoken
}

async fn discovered(target: &Target, told: &mut Told) -> Result<usize, String> {
    let opened = Modern::discover(target.rpc.clone()).await;
    let mut opened = Conversation::Modern(opened.map_err(|fault| fault.to_string())?);
    let opening = opened.opening().cloned().unwrap_or_default();
    let info = &opening["_meta"][SERVER_INFO];
    shape::server(info, DISCOVER, told).map_err(|why| format!("`{SERVER_INFO}`: {why}"))?;
    listed(&mut opened, &opening, DISCOVER, told).await
}

/// A revision that can be opened and lists nothing is of no use.
async fn listed(
    opened: &mut Conversation,
    opening: &Value,
    place: &str,
    told: &mut Told,
) -> Result<usize, String> {
    if !opening["capabilities"]["tools"].is_object() {
        return Err("there is no `tools` among its capabilities".to_owned());
    }
    let tools = opened.tools().await;
    let tools = tools.map_err(|fault: CallFault| format!("it opens, and cannot list: {fault}"))?;
    let names = shape::tools(&tools)?;
    let count = names.len();
    told.tools.note(&format!("`tools/list` of {place}"), names);
    Ok(count)
}
