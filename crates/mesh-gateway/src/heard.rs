use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::fault::Fault;

/// What an upstream lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Tool,
    Prompt,
    Resource,
    Template,
}

/// All that an upstream has listed, as it came.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    tools: Vec<Box<RawValue>>,
    prompts: Vec<Box<RawValue>>,
    resources: Vec<Box<RawValue>>,
    templates: Vec<Box<RawValue>>,
    /// Whether it completes arguments; not known of one that was never started, whose lists are in the lock.
    pub completes: bool,
    /// How long it may be kept, where the upstream says so.
    pub ttl: Option<Duration>,
    /// What was not taken, and why.
    pub notes: Vec<String>,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Tool, Self::Prompt, Self::Resource, Self::Template];

    /// The member that tells one from the others.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Tool | Self::Prompt => "name",
            Self::Resource => "uri",
            Self::Template => "uriTemplate",
        }
    }

    #[must_use]
    pub const fn method(self) -> &'static str {
        match self {
            Self::Tool => "tools/list",
            Self::Prompt => "prompts/list",
            Self::Resource => "resources/list",
            Self::Template => "resources/templates/list",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tool => "tool",
            Self::Prompt => "prompt",
            Self::Resource => "resource",
            Self::Template => "template",
        })
    }
}

impl Heard {
    #[must_use]
    pub const fn of(&self, kind: Kind) -> &Vec<Box<RawValue>> {
        match kind {
            Kind::Tool => &self.tools,
            Kind::Prompt => &self.prompts,
            Kind::Resource => &self.resources,
            Kind::Template => &self.templates,
        }
    }

    pub const fn of_mut(&mut self, kind: Kind) -> &mut Vec<Box<RawValue>> {
        match kind {
            Kind::Tool => &mut self.tools,
            Kind::Prompt => &mut self.prompts,
            Kind::Resource => &mut self.resources,
            Kind::Template => &mut self.templates,
        }
    }

    /// Whether both list the same, word for word.
    #[must_use]
    pub fn is_the_same(&self, other: &Self) -> bool {
        Kind::ALL.into_iter().all(|kind| {
            let texts = |heard: &Self| -> Vec<String> {
                heard
                    .of(kind)
                    .iter()
                    .map(|item| item.get().to_owned())
                    .collect()
            };
            texts(self) == texts(other)
        })
    }

    /// Takes a page of a list, and says where the next is.
    pub(crate) fn add(&mut self, kind: Kind, page: &RawValue) -> Result<Option<String>, Fault> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Page {
            #[serde(
                alias = "tools",
                alias = "prompts",
                alias = "resources",
                alias = "resourceTemplates"
            )]
            items: Vec<Box<RawValue>>,
            next_cursor: Option<String>,
            ttl_ms: Option<u64>,
        }
        let page: Page = serde_json::from_str(page.get()).map_err(|error| {
            Fault::Garbage(format!("its answer to `{}`: {error}", kind.method()))
        })?;
        self.of_mut(kind).extend(page.items);
        if let Some(ttl) = page.ttl_ms.map(Duration::from_millis) {
            self.ttl = Some(self.ttl.map_or(ttl, |known| known.min(ttl)));
        }
        Ok(page.next_cursor)
    }
}
