use serde_json::{Value, json};

use super::door::Admission;
use super::health;
use super::report::{Finding, Report};
use super::shape;
use super::target::Target;
use super::told::Told;
use crate::client::Conversation;

/// The server's own resources begin with it. What the servers behind it answer says nothing of this one.
const OWN: &str = "aoma://";

/// The server's own state, as a resource.
const HEALTH: &str = "aoma://health";

pub(super) async fn check(
    report: &mut Report,
    target: &Target,
    admission: &Admission,
    told: &mut Told,
) {
    let check = async {
        let judged = target.conversing(async |opened| all(opened, told).await);
        Finding::of(judged.await, |count| {
            format!("{count} are listed, and its own can be read")
        })
    };
    report.make_inside("resources", admission, check).await;
}

async fn all(opened: &mut Conversation, told: &mut Told) -> Result<usize, String> {
    let page = listed(opened, "resources/list").await?;
    let resources = page["resources"].as_array().map_or(&[][..], Vec::as_slice);
    if resources.is_empty() {
        return Err("there are none, not even the server's own state".to_owned());
    }
    for resource in resources {
        let uri =
            shape::text(resource, "uri").map_err(|_| format!("`{resource}` is no resource"))?;
        shape::text(resource, "name").map_err(|why| format!("`{uri}`: {why}"))?;
        if !uri.starts_with(OWN) {
            continue;
        }
        let text = read(opened, uri).await?;
        if uri == HEALTH {
            let health = serde_json::from_str(&text).unwrap_or_default();
            let place = format!("`{HEALTH}`");
            shape::server(&health, &place, told).map_err(|why| format!("{place}: {why}"))?;
            health::note_corpus(&health, &place, told).map_err(|why| format!("{place}: {why}"))?;
        }
    }
    let page = listed(opened, "prompts/list").await?;
    let prompts = page["prompts"]
        .as_array()
        .ok_or("`prompts/list` has no list of prompts")?;
    for prompt in prompts {
        shape::text(prompt, "name").map_err(|_| format!("`{prompt}` is no prompt"))?;
    }
    Ok(resources.len())
}

async fn listed(opened: &mut Conversation, method: &str) -> Result<Value, String> {
    let page = opened.request(method, json!({})).await;
    page.map_err(|fault| format!("`{method}`: {fault}"))
}

/// The text of a resource.
pub(super) async fn read(opened: &mut Conversation, uri: &str) -> Result<String, String> {
    let read = opened.read(uri).await;
    let read = read.map_err(|fault| format!("`{uri}` cannot be read: {fault}"))?;
    let within = |why| format!("`{uri}`: {why}");
    let contents = shape::list(&read, "contents").map_err(within)?;
    if contents[0]["uri"] != uri {
        return Err(within(format!("another was read, {}", contents[0]["uri"])));
    }
    let text = shape::text(&contents[0], "text").map_err(within)?;
    Ok(text.to_owned())
}
