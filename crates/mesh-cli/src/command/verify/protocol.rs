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
    if admission.admitted().is_none() {
        let names = REVISIONS.iter().map(|(_, name)| *name);
        for name in ["wire"].into_iter().chain(names).chain([DISCOVER]) {
            report.note(name, Finding::skipped(admission.hindrance()));
        }
        return;
    }
    report.make("wire", wire::check(target)).await;
    for (revision, name) in REVISIONS {
        let spoken = initialized(target, revision, name, told);
        report.make(name, async { finding(spoken.await) }).await;
    }
    let spoken = discovered(target, told);
    report.make(DISCOVER, async { finding(spoken.await) }).await;
}

fn finding(spoken: Result<usize, String>) -> Finding {
    match spoken {
        Ok(tools) => Finding::ok(format!("spoken, with {tools} tools")),
        Err(why) => Finding::fail(why),
    }
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
