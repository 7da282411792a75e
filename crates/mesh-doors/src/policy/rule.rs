use mesh_core::{Effect, ToolName};

use super::asked::{Asked, bare};
use super::pattern::Pattern;

/// An entry of one of a team's lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub line: usize,
    pub list: List,
    pub target: Target,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    Read,
    Write,
    Spend,
    Deny,
    Resources,
    Prompts,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Tool(Pattern),
    /// All tools of it.
    Family(Box<str>),
    Resource(Pattern),
    Prompt(Pattern),
}

impl List {
    pub const ALL: [Self; 6] = [
        Self::Read,
        Self::Write,
        Self::Spend,
        Self::Deny,
        Self::Resources,
        Self::Prompts,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Spend => "spend",
            Self::Deny => "deny",
            Self::Resources => "resources",
            Self::Prompts => "prompts",
        }
    }

    /// Where tools with this effect are listed.
    #[must_use]
    pub const fn of(effect: Effect) -> Self {
        match effect {
            Effect::Read => Self::Read,
            Effect::Write => Self::Write,
            Effect::Spend => Self::Spend,
        }
    }
}

impl Target {
    pub(super) fn parse(list: List, text: &str) -> Result<Self, &'static str> {
        let prefixed = |prefix: &str| text.strip_prefix(prefix);
        match list {
            List::Resources => pattern(text).map(Self::Resource),
            List::Prompts => pattern(text).map(Self::Prompt),
            List::Deny if let Some(uri) = prefixed("resource:") => pattern(uri).map(Self::Resource),
            List::Deny if let Some(name) = prefixed("prompt:") => pattern(name).map(Self::Prompt),
            _ => match prefixed("family:") {
                Some(family) => named(family).map(Self::Family),
                None => tool(text).map(Self::Tool),
            },
        }
    }

    /// Nothing for a family, which is named in full.
    #[must_use]
    pub const fn pattern(&self) -> Option<&Pattern> {
        match self {
            Self::Tool(pattern) | Self::Resource(pattern) | Self::Prompt(pattern) => Some(pattern),
            Self::Family(_) => None,
        }
    }

    /// Whether it is what is asked for.
    #[must_use]
    pub fn is(&self, asked: &Asked<'_>) -> bool {
        match (self, *asked) {
            (Self::Tool(pattern), Asked::Tool { name, .. })
            | (Self::Prompt(pattern), Asked::Prompt(name)) => pattern.matches(name),
            (Self::Resource(pattern), Asked::Resource(uri)) => pattern.matches(&bare(uri)),
            (Self::Family(own), Asked::Tool { family, .. }) => **own == *family,
            _ => false,
        }
    }
}

impl Rule {
    /// Whether it allows what is asked for, where nothing denies it.
    #[must_use]
    pub fn allows(&self, asked: &Asked<'_>) -> bool {
        match (self.list, *asked) {
            (List::Deny, _) => false,
            (List::Resources, Asked::Template(start)) => {
                matches!(&self.target, Target::Resource(uri) if uri.matches_some_of(start))
            }
            (list, Asked::Tool { effect, .. }) => list == List::of(effect) && self.target.is(asked),
            _ => self.target.is(asked),
        }
    }

    #[must_use]
    pub fn denies(&self, asked: &Asked<'_>) -> bool {
        match *asked {
            _ if self.list != List::Deny => false,
            Asked::Template(start) => {
                matches!(&self.target, Target::Resource(uri) if uri.matches_all_of(start))
            }
            _ => self.target.is(asked),
        }
    }
}

fn pattern(text: &str) -> Result<Pattern, &'static str> {
    Pattern::new(text).ok_or("must have 1 to 512 bytes")
}

fn tool(text: &str) -> Result<Pattern, &'static str> {
    let can_match = |byte: u8| byte.is_ascii_alphanumeric() || b"_./-*".contains(&byte);
    match pattern(text)? {
        found if found.is_exact() && text.parse::<ToolName>().is_err() => Err(NO_TOOL),
        _ if !text.bytes().all(can_match) => Err(NO_TOOL),
        found => Ok(found),
    }
}

const NO_TOOL: &str = "is no name of a tool, no pattern of names (`*` stands for any characters) and no `family:NAME`";

fn named(family: &str) -> Result<Box<str>, &'static str> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    // People name the servers behind this one, also in several words.
    let is_of_upstream = |byte: u8| is_word(byte) || b". ".contains(&byte);
    let is_name = match family.strip_prefix("upstream:") {
        Some(name) => !name.is_empty() && name.bytes().all(is_of_upstream),
        None => family.bytes().all(is_word),
    };
    match family {
        "" => Err("must name a family, as in `family:mail`"),
        name if name.len() <= ToolName::MAX_LENGTH && is_name => Ok(name.into()),
        _ => Err("is no family: one is named in full, without `*`"),
    }
}
