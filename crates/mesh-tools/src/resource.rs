//! Resources: fixed ones, and templates whose one variable names a thing.

use futures::future::BoxFuture;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

pub use mesh_index::Completion;

use crate::context::Context;
use crate::error::ToolError;
use crate::needs::Needs;
use crate::reply::Content;

/// A resource with a fixed URI.
#[derive(Clone, Copy, Debug)]
pub struct Resource {
    pub uri: &'static str,
    pub name: &'static str,
    pub title: &'static str,
    pub description: &'static str,
    pub media_type: &'static str,
    pub needs: Needs,
    pub read: ReadFn,
}

/// Reads what a URI names.
pub type ReadFn = for<'a> fn(Context<'a>, Named) -> BoxFuture<'a, Result<Content, ToolError>>;

/// What a URI says beyond its fixed part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The value of the template's variable, decoded; empty for a fixed resource.
    pub value: String,
    /// The part to begin at, decoded: `from` of the query, or else the fragment.
    pub from: Option<String>,
}

impl Named {
    /// Reads `VALUE`, `VALUE?from=PART` and `VALUE#PART`.
    pub(crate) fn in_rest(rest: &str) -> Option<Self> {
        let (rest, fragment) = split(rest, '#');
        let (value, query) = split(rest, '?');
        let part = match query {
            Some(query) => Some(query.strip_prefix("from=")?),
            None => fragment,
        };
        Some(Self {
            value: decoded_segment(value)?,
            from: match part {
                Some(part) => Some(decoded(part)?),
                None => None,
            },
        })
    }
}

/// Values that start with, or hold, what the person typed so far.
pub type CompleteFn =
    for<'a> fn(Context<'a>, &'a str) -> BoxFuture<'a, Result<Completion, ToolError>>;

fn split(text: &str, mark: char) -> (&str, Option<&str>) {
    match text.split_once(mark) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// One segment of a path is one value: others are of another shape.
fn decoded_segment(value: &str) -> Option<String> {
    (!value.is_empty() && !value.contains(['/', '?', '#'])).then(|| decoded(value))?
}

fn decoded(text: &str) -> Option<String> {
    let text = percent_decode_str(text).decode_utf8().ok()?;
    Some(text.into_owned())
}

/// How much of a thing one reading of its URI gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// A page, which begins where `?from=` or the fragment says.
    Page,
}

/// A family of resources: `prefix{variable}suffix`.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    pub prefix: &'static str,
    /// With its expression, e.g. `{id}` or `{?cursor}`.
    pub expression: &'static str,
    pub suffix: &'static str,
    /// The variable's bare name.
    pub variable: &'static str,
    pub name: &'static str,
    pub title: &'static str,
    pub description: &'static str,
    pub media_type: &'static str,
    pub extent: Extent,
    pub needs: Needs,
    pub read: ReadFn,
    pub complete: CompleteFn,
}

impl Template {
    #[must_use]
    pub fn uri_template(&self) -> String {
        format!("{}{}{}", self.prefix, self.expression, self.suffix)
    }

    /// The URI of the thing of that name.
    #[must_use]
    pub fn uri_of(&self, value: &str) -> String {
        let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
        format!("{}{value}{}", self.prefix, self.suffix)
    }

    /// What `uri` names, where it is of this family.
    #[must_use]
    pub fn named_in(&self, uri: &str) -> Option<Named> {
        let rest = uri.strip_prefix(self.prefix)?.strip_suffix(self.suffix)?;
        if self.extent == Extent::Page {
            return Named::in_rest(rest);
        }
        let value = if self.expression.starts_with("{?") {
            rest.strip_prefix('?')?
                .strip_prefix(self.variable)?
                .strip_prefix('=')?
        } else {
            rest
        };
        Some(Named {
            value: decoded_segment(value)?,
            from: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(expression: &'static str, suffix: &'static str) -> Template {
        Template {
            prefix: "aoma://doc/",
            expression,
            suffix,
            variable: "id",
            name: "",
            title: "",
            description: "",
            media_type: "",
            extent: Extent::Whole,
            needs: Needs::NOTHING,
            read: |_, _| Box::pin(async { Err(ToolError::Internal) }),
            complete: |_, _| Box::pin(async { Ok(Completion::default()) }),
        }
    }

    fn value(template: &Template, uri: &str) -> Option<String> {
        template.named_in(uri).map(|named| named.value)
    }

    #[test]
    fn a_uri_of_the_family_yields_the_variable() {
        for (template, uri, expected) in [
            (template("{id}", ""), "aoma://doc/a-1", "a-1"),
            (template("{id}", ""), "aoma://doc/a%2Fb%20c", "a/b c"),
            (template("{id}", "/data"), "aoma://doc/a-1/data", "a-1"),
            (template("{?id}", ""), "aoma://doc/?id=7", "7"),
        ] {
            assert_eq!(value(&template, uri).as_deref(), Some(expected), "{uri}");
        }
    }

    #[test]
    fn a_uri_of_another_shape_is_none_of_it() {
        for uri in [
            "aoma://doc/",
            "aoma://doc/a/b",
            "aoma://docs/a",
            "aoma://doc/a?x=1",
            "aoma://doc/a#b",
            "aoma://doc/%FF",
        ] {
            assert_eq!(template("{id}", "").named_in(uri), None, "{uri}");
        }
        assert_eq!(template("{?id}", "").named_in("aoma://doc/7"), None);
    }

    #[test]
    fn a_family_that_is_read_in_pages_takes_the_part_to_begin_at() {
        let pages = Template {
            extent: Extent::Page,
            ..template("{id}", "")
        };
        for (uri, from) in [
            ("aoma://doc/a", None),
            ("aoma://doc/a?from=@80", Some("@80")),
            ("aoma://doc/a#Late%20returns", Some("Late returns")),
            ("aoma://doc/a?from=3#late", Some("3")),
        ] {
            let named = pages.named_in(uri).expect(uri);
            assert_eq!((named.value.as_str(), named.from.as_deref()), ("a", from));
        }
        for uri in ["aoma://doc/?from=3", "aoma://doc/a?x=1", "aoma://doc/a/b#c"] {
            assert_eq!(pages.named_in(uri), None, "{uri}");
        }
    }
}
