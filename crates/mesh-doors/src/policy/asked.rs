use std::borrow::Cow;
use std::fmt;

use mesh_core::{Effect, truncate};
use percent_encoding::percent_decode_str;

/// What somebody wants to see or use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked<'a> {
    Tool {
        name: &'a str,
        family: &'a str,
        effect: Effect,
    },
    /// A resource, by its URI as a client sends it. It is held against the rules without query and fragment, which say what part
    /// of it is meant, and decoded, so that no spelling escapes them.
    Resource(&'a str),
    /// A family of resources, by what the URIs of all of it begin with. It is allowed where one of them may be.
    Template(&'a str),
    Prompt(&'a str),
}

/// What a rule is held against.
pub(super) fn bare(uri: &str) -> Cow<'_, str> {
    let end = uri.find(['?', '#']).unwrap_or(uri.len());
    let uri = &uri[..end];
    percent_decode_str(uri)
        .decode_utf8()
        .unwrap_or(Cow::Borrowed(uri))
}

/// Names it, as far as a message should repeat what a stranger wrote.
impl fmt::Display for Asked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Tool { name, .. } => write!(f, "the tool `{}`", truncate(name)),
            Self::Resource(uri) => write!(f, "the resource `{}`", truncate(uri)),
            Self::Template(start) => write!(f, "the resources `{}`…", truncate(start)),
            Self::Prompt(name) => write!(f, "the prompt `{}`", truncate(name)),
        }
    }
}
