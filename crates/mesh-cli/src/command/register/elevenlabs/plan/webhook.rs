use mesh_clients::elevenlabs::workspace::Webhook;
use serde_json::{Map, Value, json};

use super::super::found::FoundWebhooks;
use super::super::state::KnownWebhook;
use super::super::wished::WishedWebhook;
use super::Step;

const EVENTS: [&str; 2] = ["transcript", "call_initiation_failure"];

/// That the ends of calls are sent to another product, where that is so and to stay so: there is one place for all of a workspace.
pub(super) fn anothers(
    wished: &WishedWebhook,
    found: &FoundWebhooks,
    known: Option<&KnownWebhook>,
) -> Option<String> {
    let used = found.settings.get("post_call_webhook_id")?.as_str()?;
    let webhook = found.all.iter().find(|webhook| webhook.webhook_id == used);
    let is_ours = webhook.is_some_and(|webhook| {
        known.is_some_and(|known| known.webhook_id == used) || wished.is_same(webhook)
    });
    if is_ours || wished.may_replace {
        return None;
    }
    let name = webhook.map_or("unknown", |webhook| &webhook.name);
    Some(format!(
        "the ends of calls are sent to another webhook of the workspace, `{}` (`{}`): it is left; `--yes` puts ours in its place",
        used.escape_debug(),
        name.escape_debug()
    ))
}

/// What is to be done so that the ends of calls are sent to us; nothing, where they are [`anothers`]. A webhook whose secret is not
/// known is of no use.
pub(super) fn steps(
    wished: &WishedWebhook,
    found: &FoundWebhooks,
    known: Option<&KnownWebhook>,
) -> Vec<Step> {
    if anothers(wished, found, known).is_some() {
        return Vec::new();
    }
    let usable = known.filter(|known| known.secret.is_some());
    let ours = found.all.iter().find(|webhook| {
        usable.is_some_and(|known| known.webhook_id == webhook.webhook_id)
            && wished.leads_here(webhook)
    });
    let is_stale = |webhook: &&Webhook| {
        let is_known = known.is_some_and(|known| known.webhook_id == webhook.webhook_id);
        (is_known || wished.is_same(webhook))
            && ours.is_none_or(|ours| ours.webhook_id != webhook.webhook_id)
    };
    let stale: Vec<_> = found.all.iter().filter(is_stale).collect();
    let used = found
        .settings
        .get("post_call_webhook_id")
        .and_then(Value::as_str);
    let is_used = |webhook: &&Webhook| used == Some(webhook.webhook_id.as_str());
    let mut steps = Vec::new();
    match ours {
        None => steps.extend([Step::CreateWebhook, Step::EnableWebhook]),
        Some(webhook) => {
            let retries = webhook
                .retry_enabled
                .unwrap_or(known.is_some_and(|known| known.retries));
            if webhook.is_disabled || webhook.is_auto_disabled || !retries {
                steps.push(Step::EnableWebhook);
            }
        }
    }
    let events = found.settings.get("events");
    if ours.is_none_or(|ours| !is_used(&ours)) || !has_events(events) {
        steps.push(Step::UseWebhook);
    }
    steps.extend(stale.iter().map(|webhook| Step::DeleteWebhook {
        webhook: webhook.webhook_id.clone(),
    }));
    steps
}

/// What is to be done so that nothing is left of it: of the one that is known, and of those that could have been wished.
pub(super) fn removal(
    found: &FoundWebhooks,
    known: Option<&KnownWebhook>,
    wished: &[WishedWebhook],
) -> Vec<Step> {
    let is_ours = |webhook: &&Webhook| {
        known.is_some_and(|known| known.webhook_id == webhook.webhook_id)
            || wished.iter().any(|wished| wished.is_same(webhook))
    };
    let ours = found.all.iter().filter(is_ours);
    let ours: Vec<_> = ours.map(|webhook| &webhook.webhook_id).collect();
    let used = found.settings.get("post_call_webhook_id");
    let used = used.and_then(Value::as_str);
    let is_used = used.is_some_and(|used| {
        known.is_some_and(|known| known.webhook_id == used) || ours.iter().any(|id| *id == used)
    });
    let release = is_used.then_some(Step::ReleaseWebhook);
    let delete = ours.into_iter().cloned();
    let delete = delete.map(|webhook| Step::DeleteWebhook { webhook });
    release.into_iter().chain(delete).collect()
}

/// The settings with our webhook in them; all else in them stays.
pub(in super::super) fn settings_with(
    found: &Map<String, Value>,
    webhook_id: &str,
) -> Map<String, Value> {
    let mut settings = found.clone();
    settings.insert("post_call_webhook_id".to_owned(), json!(webhook_id));
    settings.insert("events".to_owned(), json!(EVENTS));
    settings
}

/// The settings with none.
pub(in super::super) fn settings_without(found: &Map<String, Value>) -> Map<String, Value> {
    let mut settings = found.clone();
    settings.insert("post_call_webhook_id".to_owned(), Value::Null);
    settings
}

fn has_events(events: Option<&Value>) -> bool {
    let events = events
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    events.len() == EVENTS.len() && EVENTS.iter().all(|event| events.contains(&json!(event)))
}
