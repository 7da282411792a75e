use serde_json::Value;

use super::names::Names;
use super::pattern::Pattern;
use super::scalar;

/// The values that a tool may be called with for one of its arguments.
#[derive(Debug)]
pub(super) struct Constraint {
    pub(super) line: usize,
    pub(super) argument: Box<str>,
    pub(super) patterns: Vec<Pattern>,
    allowed: Names,
}

impl Constraint {
    pub(super) fn new(line: usize, argument: &str, patterns: Vec<Pattern>) -> Self {
        Self {
            line,
            argument: argument.into(),
            allowed: patterns.iter().collect(),
            patterns,
        }
    }

    /// Left out, a filter selects everything: what is not there, or holds nothing, is not allowed.
    pub(super) fn holds(&self, arguments: &Value) -> bool {
        match arguments.get(&*self.argument) {
            Some(Value::Array(items)) => {
                !items.is_empty() && items.iter().all(|item| self.allows(item))
            }
            Some(value) => self.allows(value),
            None => false,
        }
    }

    /// A tool may take one text for a list, `A, B` for A and B: each that it can read out of it has to be allowed, or the text as
    /// it is has to be named. A pattern such as `A*` would let through whatever follows an A.
    fn allows(&self, value: &Value) -> bool {
        let Some(text) = scalar::text(value) else {
            return false;
        };
        let items = text.split([',', ';', '|']).map(str::trim);
        let mut items = items.filter(|item| !item.is_empty()).peekable();
        self.allowed.names(&text)
            || items.peek().is_some() && items.all(|item| self.allowed.has(item))
    }
}
