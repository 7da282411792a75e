//! Resources: fixed ones, and templates whose one variable names a thing.

use futures::future::BoxFuture;

use crate::context::Context;
use crate::error::ToolError;
use crate::reply::Content;
use crate::tool::Needs;

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

/// Reads what a URI names. The second argument is what follows the fixed part: the value of a template's variable
/// (decoded), and empty for a fixed resource.
pub type ReadFn = for<'a> fn(Context<'a>, &'a str) -> BoxFuture<'a, Result<Content, ToolError>>;

/// Values that start with, or hold, what the person typed so far.
pub type CompleteFn =
    for<'a> fn(Context<'a>, &'a str) -> BoxFuture<'a, Result<Completion, ToolError>>;

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
    pub needs: Needs,
    pub read: ReadFn,
    pub complete: CompleteFn,
}

impl Template {
    #[must_use]
    pub fn uri_template(&self) -> String {
        format!("{}{}{}", self.prefix, self.expression, self.suffix)
    }

    /// The variable's value, still percent-encoded, where `uri` is of this family.
    #[must_use]
    pub fn value_in<'u>(&self, uri: &'u str) -> Option<&'u str> {
        let rest = uri.strip_prefix(self.prefix)?.strip_suffix(self.suffix)?;
        let value = if self.expression.starts_with("{?") {
            rest.strip_prefix('?')?
                .strip_prefix(self.variable)?
                .strip_prefix('=')?
        } else {
            rest
        };
        (!value.is_empty() && !value.contains(['/', '?', '#'])).then_some(value)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// At most 100 (MCP, completion).
    pub values: Vec<String>,
    /// How many there are in all.
    pub total: usize,
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
            needs: Needs::Nothing,
            read: |_, _| Box::pin(async { Err(ToolError::Internal) }),
            complete: |_, _| Box::pin(async { Ok(Completion::default()) }),
        }
    }

    #[test]
    fn a_uri_of_the_family_yields_the_variable() {
        assert_eq!(template("{id}", "").value_in("aoma://doc/a-1"), Some("a-1"));
        assert_eq!(
            template("{id}", "/data").value_in("aoma://doc/a-1/data"),
            Some("a-1")
        );
        assert_eq!(
            template("{?id}", "").value_in("aoma://doc/?id=7"),
            Some("7")
        );
    }

    #[test]
    fn a_uri_of_another_shape_is_none_of_it() {
        for uri in [
            "aoma://doc/",
            "aoma://doc/a/b",
            "aoma://docs/a",
            "aoma://doc/a?x=1",
        ] {
            assert_eq!(template("{id}", "").value_in(uri), None, "{uri}");
        }
        assert_eq!(template("{?id}", "").value_in("aoma://doc/7"), None);
    }
}
