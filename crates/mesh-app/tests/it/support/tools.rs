//! Tools that misbehave in every way a tool can.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use mesh_tools::ask::Question;
use mesh_tools::catalog::Uses;
use mesh_tools::reply::Content;
use mesh_tools::resource::{Completion, Extent, Resource, Template};
use mesh_tools::{Blocks, Catalog, Context, Entry, Family, Needs, Tool, ToolError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::watch;

use super::within;

static TOOLS: [Entry; 8] = [
    Entry::of::<Echo>(),
    Entry::of::<Nothing>(),
    Entry::of::<Stall>(),
    Entry::of::<Hold>(),
    Entry::of::<Crash>(),
    Entry::of::<Break>(),
    Entry::of::<Ask>(),
    Entry::of::<Report>(),
];

static RESOURCES: [Resource; 1] = [Resource {
    uri: "test://fixed",
    name: "fixed",
    title: "Fixed",
    description: "Always the same.",
    media_type: "text/plain",
    needs: Needs::NOTHING,
    read: |_, _| Box::pin(async { Ok(Content::text("", "text/plain", "fixed text")) }),
}];

static TEMPLATES: [Template; 1] = [Template {
    prefix: "test://thing/",
    expression: "{id}",
    suffix: "",
    variable: "id",
    name: "thing",
    title: "Thing",
    description: "Says its own id.",
    media_type: "text/plain",
    extent: Extent::Whole,
    needs: Needs::NOTHING,
    read: |_, named| Box::pin(async move { Ok(Content::text("", "text/plain", named.value)) }),
    complete: |_, typed| {
        let values = ["open-1", "other"].into_iter();
        let values = values.filter(|value| value.starts_with(typed));
        let values: Vec<_> = values.map(str::to_owned).collect();
        let total = values.len();
        Box::pin(async move { Ok(Completion { values, total }) })
    },
}];

pub(crate) static CATALOG: Catalog = Catalog {
    tools: &TOOLS,
    resources: &RESOURCES,
    templates: &TEMPLATES,
    prompts: &[],
    uses: Uses {
        logging: false,
        idle_subscriptions: false,
    },
};

/// # Echo
/// Says what it is told.
#[derive(Deserialize, JsonSchema)]
struct Echo {
    /// What to say.
    text: String,
    /// Whom to say it to.
    to: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Echoed {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
}

impl Tool for Echo {
    const NAME: &'static str = "echo";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Echoed;

    async fn call(self, _: Context<'_>) -> Result<Echoed, ToolError> {
        Ok(Echoed {
            text: self.text,
            to: self.to,
        })
    }
}

/// Takes nothing and does nothing.
#[derive(Deserialize, JsonSchema)]
struct Nothing {}

impl Tool for Nothing {
    const NAME: &'static str = "nothing";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, _: Context<'_>) -> Result<Blocks, ToolError> {
        Ok(Blocks::text("nothing"))
    }
}

/// Never ends by itself, and has a small budget.
#[derive(Deserialize, JsonSchema)]
struct Stall {}

impl Tool for Stall {
    const NAME: &'static str = "stall";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    const BUDGET: Duration = Duration::from_millis(250);
    type Output = Blocks;

    async fn call(self, _: Context<'_>) -> Result<Blocks, ToolError> {
        std::future::pending().await
    }
}

/// Waits until the test lets it go on, and notes when it began and when it ended, however it ended.
#[derive(Deserialize, JsonSchema)]
struct Hold {
    key: String,
}

impl Tool for Hold {
    const NAME: &'static str = "hold";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    const BUDGET: Duration = Duration::from_secs(600);
    type Output = Blocks;

    async fn call(self, _: Context<'_>) -> Result<Blocks, ToolError> {
        let _ended = Ended(self.key.clone());
        Calls::note(&self.key, "began");
        Calls::until(&self.key, "released").await;
        Ok(Blocks::text(format!("{} went on", self.key)))
    }
}

struct Ended(String);

impl Drop for Ended {
    fn drop(&mut self) {
        Calls::note(&self.0, "ended");
    }
}

/// What became of the calls of `hold`, by key.
#[derive(Debug)]
pub(crate) struct Calls;

static NOTES: LazyLock<watch::Sender<BTreeMap<String, BTreeSet<&'static str>>>> =
    LazyLock::new(watch::Sender::default);

impl Calls {
    pub(crate) fn note(key: &str, what: &'static str) {
        NOTES.send_modify(|notes| {
            notes.entry(key.to_owned()).or_default().insert(what);
        });
    }

    pub(crate) async fn until(key: &str, what: &'static str) {
        let noted = |notes: &BTreeMap<String, BTreeSet<&str>>| {
            notes.get(key).is_some_and(|notes| notes.contains(what))
        };
        let mut notes = NOTES.subscribe();
        within(notes.wait_for(noted)).await.expect("never closed");
    }
}

/// A key that no other test uses.
pub(crate) fn unique() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("key-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Panics.
#[derive(Deserialize, JsonSchema)]
struct Crash {}

impl Tool for Crash {
    const NAME: &'static str = "crash";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, _: Context<'_>) -> Result<Blocks, ToolError> {
        panic!("a fault in a tool");
    }
}

/// Fails inside.
#[derive(Deserialize, JsonSchema)]
struct Break {}

impl Tool for Break {
    const NAME: &'static str = "break";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, _: Context<'_>) -> Result<Blocks, ToolError> {
        Err(ToolError::internal("an inner matter"))
    }
}

/// Asks for a name, and greets it.
#[derive(Deserialize, JsonSchema)]
struct Ask {}

impl Tool for Ask {
    const NAME: &'static str = "ask";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        let schema = json!({"type": "object", "properties": {"name": {"type": "string"}}});
        let message = "Who are you?".to_owned();
        let answer = cx.ask("name", Question::Form { message, schema }).await?;
        let name = answer
            .form()?
            .and_then(|fields| fields.get("name")?.as_str());
        Ok(Blocks::text(format!(
            "Hello, {}!",
            name.unwrap_or("stranger")
        )))
    }
}

/// Tells how far it is.
#[derive(Deserialize, JsonSchema)]
struct Report {}

impl Tool for Report {
    const NAME: &'static str = "report";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    type Output = Blocks;

    async fn call(self, cx: Context<'_>) -> Result<Blocks, ToolError> {
        for step in [1.0, 2.0, 3.0] {
            cx.progress(step, 3.0, "on the way").await;
        }
        Ok(Blocks::text("arrived"))
    }
}
