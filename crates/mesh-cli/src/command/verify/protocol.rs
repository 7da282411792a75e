use mesh_app::config::Era;
use serde_json::{Map, Value};

use super::door::Admission;
use super::report::{Finding, Report};
use super::target::Target;
use crate::client::{CallFault, Conversation, Legacy, Modern};

/// The revisions that open with `initialize`, and what each is checked as.
const REVISIONS: [(&str, &str); 4] = [
    ("2024-11-05", "initialize 2024-11-05"),
    ("2025-03-26", "initialize 2025-03-26"),
    ("2025-06-18", "initialize 2025-06-18"),
    ("2025-11-25", "initialize 2025-11-25"),
];

const DISCOVER: &str = "discover 2026-07-28";

/// A tool that every deployment has, and that costs nothing.
const TOOL: &str = "get_system_health";

pub(super) async fn check(report: &mut Report, target: &Target, admission: &Admission) {
    let names = REVISIONS.iter().map(|(_, name)| *name);
    if admission.admitted().is_none() {
        for name in names.chain([DISCOVER, "tools", "call"]) {
            report.note(name, Finding::skipped(admission.hindrance()));
        }
        return;
    }
    for (revision, name) in REVISIONS {
        report.make(name, initialized(target, revision)).await;
    }
    report.make(DISCOVER, discovered(target)).await;
    report.make("tools", tools(target)).await;
    report.make("call", called(target)).await;
}

async fn initialized(target: &Target, revision: &str) -> Finding {
    match Legacy::initialize(target.rpc.clone(), revision).await {
        Err(fault) => Finding::fail(fault.to_string()),
        Ok(opened) => {
            let agreed = opened.revision().to_owned();
            opened.close().await;
            if agreed == revision {
                Finding::ok("spoken")
            } else {
                Finding::fail(format!("the server speaks {agreed} in its place"))
            }
        }
    }
}

async fn discovered(target: &Target) -> Finding {
    match Modern::discover(target.rpc.clone()).await {
        Ok(_) => Finding::ok("spoken"),
        Err(fault) => Finding::fail(fault.to_string()),
    }
}

async fn tools(target: &Target) -> Finding {
    match listed(target).await {
        Err(fault) => Finding::fail(fault.to_string()),
        Ok(tools) if tools.is_empty() => {
            Finding::fail("no tools: the server offers nothing to call")
        }
        Ok(tools) => Finding::ok(format!("{} are offered", tools.len())),
    }
}

async fn listed(target: &Target) -> Result<Vec<Value>, CallFault> {
    let mut conversation = Conversation::open(target.rpc.clone(), Era::Auto).await?;
    let tools = conversation.tools().await;
    conversation.close().await;
    tools
}

async fn called(target: &Target) -> Finding {
    match result(target).await {
        Err(fault) => Finding::fail(fault.to_string()),
        Ok(result) if result["isError"] == true => {
            let text = result["content"][0]["text"]
                .as_str()
                .unwrap_or("no reason given");
            Finding::fail(format!("`{TOOL}` reported an error: {text}"))
        }
        Ok(_) => Finding::ok(format!("`{TOOL}` answers")),
    }
}

async fn result(target: &Target) -> Result<Value, CallFault> {
    let mut conversation = Conversation::open(target.rpc.clone(), Era::Auto).await?;
    let result = conversation.call(TOOL, &Map::new()).await;
    conversation.close().await;
    result
}
