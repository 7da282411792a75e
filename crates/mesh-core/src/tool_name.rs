use std::fmt;
use std::sync::Arc;

/// The name of a tool: 1 to 64 characters of `[A-Za-z0-9_-]`, which all clients can take (ElevenLabs takes no others). Cloning shares it.
#[derive(Clone)]
pub struct ToolName(Text);

#[derive(Clone)]
enum Text {
    BuiltIn(&'static str),
    Given(Arc<str>),
}

/// What is not the name of any tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a tool's name has 1 to 64 characters of `A-Z a-z 0-9 _ -`")]
pub struct InvalidToolName;

impl ToolName {
    pub const MAX_LENGTH: usize = 64;
    /// What measurements of tools that are not built in go under: who keeps them charges by the name.
    pub const OTHER: &'static str = "other";

    /// The name of a tool of ours.
    ///
    /// # Panics
    /// When it is no name: of a constant, while it is compiled.
    #[must_use]
    pub const fn built_in(name: &'static str) -> Self {
        assert!(is_valid(name), "not the name of a tool");
        Self(Text::BuiltIn(name))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Text::BuiltIn(name) => name,
            Text::Given(name) => name,
        }
    }

    /// One of few, known when the program is built.
    #[must_use]
    pub const fn metric_label(&self) -> &'static str {
        match &self.0 {
            Text::BuiltIn(name) => name,
            Text::Given(_) => Self::OTHER,
        }
    }
}

impl std::str::FromStr for ToolName {
    type Err = InvalidToolName;

    fn from_str(name: &str) -> Result<Self, InvalidToolName> {
        match is_valid(name) {
            true => Ok(Self(Text::Given(name.into()))),
            false => Err(InvalidToolName),
        }
    }
}

const fn is_valid(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !(bytes[at].is_ascii_alphanumeric() || matches!(bytes[at], b'_' | b'-')) {
            return false;
        }
        at += 1;
    }
    !bytes.is_empty() && bytes.len() <= ToolName::MAX_LENGTH
}

impl PartialEq for ToolName {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for ToolName {}

impl fmt::Debug for ToolName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for ToolName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_checked_when_it_is_made() {
        for name in ["a", "team_search-v2", &"x".repeat(64)] {
            assert_eq!(name.parse::<ToolName>().expect("a name").as_str(), name);
        }
        for name in [
            "",
            "a b",
            "naïve",
            "a\n",
            "team/search",
            "search.v2",
            &"x".repeat(65),
        ] {
            assert_eq!(name.parse::<ToolName>(), Err(InvalidToolName), "{name:?}");
        }
    }

    #[test]
    fn only_built_in_tools_are_measured_by_name() {
        let built_in = ToolName::built_in("search");
        let given: ToolName = "search".parse().expect("a name");
        assert_eq!(built_in, given);
        assert_eq!(
            (built_in.metric_label(), given.metric_label()),
            ("search", "other")
        );
    }
}
