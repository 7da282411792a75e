use futures::future::BoxFuture;
use mesh_index::Kind;
use serde_json::Value;

use crate::consent::Confirm;
use crate::context::Context;
use crate::entry::Entry;
use crate::error::ToolError;
use crate::needs::Needs;
use crate::prompt::Prompt;
use crate::reply::Reply;
use crate::resource::{Named, ReadFn, Resource, Template};

/// What a caller sees of a catalogue at one moment, in reading order. What is not in it is not listed, not described and not
/// called.
#[derive(Clone, Debug, Default)]
pub struct View {
    pub tools: Vec<&'static Entry>,
    pub resources: Vec<&'static Resource>,
    pub templates: Vec<&'static Template>,
    pub prompts: Vec<&'static Prompt>,
    /// Those of the tools that may be called with certain arguments alone.
    pub constrained: Vec<&'static Entry>,
    /// What is listed beside all these, and called in another way.
    pub others: Vec<OtherTool>,
}

/// A tool that is no entry of the catalogue.
#[derive(Clone, Debug)]
pub struct OtherTool {
    pub name: String,
    pub title: Option<String>,
    pub description: Option<String>,
    /// The server behind this one whose it is.
    pub server: Option<String>,
}

/// The right to call one tool, once. Nothing but a view that has the tool gives it.
pub struct Permit<'a> {
    tool: &'static Entry,
    conditions: Conditions<'a>,
}

/// What has to be met before the tool runs.
#[derive(Default)]
pub(crate) struct Conditions<'a> {
    pub(crate) judge: Option<Judge>,
    pub(crate) confirm: Option<Confirm<'a>>,
}

/// Whether a tool may be called with these arguments, which are as the tool will read them.
pub type Judge = Box<dyn Fn(&Value) -> Result<(), ToolError> + Send + Sync>;

impl std::fmt::Debug for Permit<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Permit").field(&self.tool.name).finish()
    }
}

impl View {
    #[must_use]
    pub fn permit<'a>(&self, name: &str) -> Option<Permit<'a>> {
        let tool = self.tool(name)?;
        let conditions = Conditions::default();
        Some(Permit { tool, conditions })
    }

    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&'static Entry> {
        self.tools
            .iter()
            .copied()
            .find(|tool| tool.name.as_str() == name)
    }

    /// How to read the resource of that URI, where it is listed or of a family that is.
    #[must_use]
    pub fn resource(&self, uri: &str) -> Option<(Needs, ReadFn, Named)> {
        let fixed = self
            .resources
            .iter()
            .find(|resource| resource.uri == uri)
            .map(|resource| (resource.needs, resource.read, Named::default()));
        fixed.or_else(|| {
            self.templates
                .iter()
                .find_map(|template| Some((template.needs, template.read, template.named_in(uri)?)))
        })
    }

    /// The kinds of the corpus that something in it looks into.
    #[must_use]
    pub fn kinds(&self) -> Vec<Kind> {
        let tools = self.tools.iter().map(|tool| tool.needs);
        let resources = self.resources.iter().map(|resource| resource.needs);
        let templates = self.templates.iter().map(|template| template.needs);
        let prompts = self.prompts.iter().map(|prompt| prompt.needs);
        let needs = tools.chain(resources).chain(templates).chain(prompts);
        let seen: Vec<Kind> = needs.flat_map(Needs::kinds).collect();
        let kinds = Kind::ALL.into_iter();
        kinds.filter(|kind| seen.contains(kind)).collect()
    }

    /// Whether everything of a kind may be named, and not certain things alone.
    #[must_use]
    pub fn names_all_of(&self, kind: Kind) -> bool {
        let mut constrained = self.constrained.iter();
        !constrained.any(|tool| tool.needs.kinds().contains(&kind))
    }

    #[must_use]
    pub fn template(&self, expression: &str) -> Option<&'static Template> {
        let mut templates = self.templates.iter().copied();
        templates.find(|template| template.uri_template() == expression)
    }

    #[must_use]
    pub fn prompt(&self, name: &str) -> Option<&'static Prompt> {
        self.prompts
            .iter()
            .copied()
            .find(|prompt| prompt.name == name)
    }

    /// Whether both have things of the same names, and so, of one catalogue, the same things.
    #[must_use]
    pub fn has_the_same(&self, other: &Self) -> bool {
        let names = |view: &Self| -> Vec<&'static str> {
            let tools = view.tools.iter().map(|tool| tool.name.as_str());
            let resources = view.resources.iter().map(|resource| resource.uri);
            let templates = view.templates.iter().map(|template| template.name);
            let prompts = view.prompts.iter().map(|prompt| prompt.name);
            tools
                .chain(resources)
                .chain(templates)
                .chain(prompts)
                .collect()
        };
        names(self) == names(other)
    }
}

impl<'a> Permit<'a> {
    /// The same, where `judge` has nothing against the arguments.
    #[must_use]
    pub fn judged_by(mut self, judge: Judge) -> Self {
        self.conditions.judge = Some(judge);
        self
    }

    /// The same, where `confirm` has somebody agree to what needs consent. Without it that is not called.
    #[must_use]
    pub fn confirmed_by(mut self, confirm: Confirm<'a>) -> Self {
        self.conditions.confirm = Some(confirm);
        self
    }

    #[must_use]
    pub const fn tool(&self) -> &'static Entry {
        self.tool
    }

    /// Reads the arguments and runs the tool.
    #[must_use]
    pub fn call(
        self,
        arguments: Value,
        cx: Context<'a>,
    ) -> BoxFuture<'a, Result<Reply, ToolError>> {
        self.tool.call(arguments, self.conditions, cx)
    }
}
