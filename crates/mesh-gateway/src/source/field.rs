//! Members of a table, taken one by one; what is left was not understood.

use std::collections::BTreeMap;

use super::node::{Member, Node, Value};
use super::note::Key;
use super::reading::Reading;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Field<'n> {
    /// Empty for the item of a list.
    pub(super) name: &'n str,
    pub(super) key: Key,
    pub(super) line: usize,
    pub(super) node: &'n Node,
}

/// The members of a table that nobody has taken yet.
#[derive(Debug)]
pub(super) struct Fields<'n> {
    pub(super) key: Key,
    pub(super) line: usize,
    left: Vec<&'n Member>,
}

impl<'n> Fields<'n> {
    /// `None` where one of that name is absent or null, and, as a fault, where two are.
    pub(super) fn take(&mut self, name: &str, reading: &mut Reading<'_>) -> Option<Field<'n>> {
        let is_it = |member: &&'n Member| member.name == name;
        let first = self.left.iter().copied().find(is_it)?;
        let second = self.left.iter().copied().filter(is_it).nth(1);
        self.left.retain(|member| !is_it(member));
        let field = self.field(first);
        if let Some(second) = second {
            reading.fault(&field, twice(second.line));
            return None;
        }
        Some(field).filter(|field| !matches!(field.node.value, Value::Null))
    }

    /// As [`Self::take`], and leaves it.
    pub(super) fn peek(&self, name: &str) -> Option<Field<'n>> {
        let member = self.left.iter().find(|member| member.name == name)?;
        Some(self.field(member))
    }

    pub(super) fn rest(&self) -> Vec<Field<'n>> {
        self.left.iter().map(|member| self.field(member)).collect()
    }

    pub(super) fn fault(&self, told: impl Into<String>, reading: &mut Reading<'_>) {
        reading.fault_at(self.line, &self.key, told);
    }

    fn field(&self, member: &'n Member) -> Field<'n> {
        Field {
            name: &member.name,
            key: self.key.member(&member.name),
            line: member.line,
            node: &member.node,
        }
    }
}

impl<'n> Field<'n> {
    /// The whole of a file.
    pub(super) fn whole(node: &'n Node) -> Self {
        Self {
            name: "",
            key: Key::default(),
            line: node.line,
            node,
        }
    }

    pub(super) fn text(&self, reading: &mut Reading<'_>) -> Option<&'n str> {
        match &self.node.value {
            Value::Text(text) => Some(text),
            _ => self.must_be("text", reading),
        }
    }

    /// Text, or what people write without quotes and mean as text.
    pub(super) fn word(&self, reading: &mut Reading<'_>) -> Option<String> {
        match &self.node.value {
            Value::Text(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Flag(flag) => Some(flag.to_string()),
            _ => self.must_be("text", reading),
        }
    }

    pub(super) fn flag(&self, reading: &mut Reading<'_>) -> Option<bool> {
        match &self.node.value {
            Value::Flag(flag) => Some(*flag),
            _ => self.must_be("true or false", reading),
        }
    }

    pub(super) fn number(&self, reading: &mut Reading<'_>) -> Option<f64> {
        match &self.node.value {
            Value::Number(number) => number.as_f64(),
            _ => self.must_be("a number", reading),
        }
    }

    /// What `read` makes of each item; an item of which it makes nothing has its fault.
    pub(super) fn list<T>(
        &self,
        reading: &mut Reading<'_>,
        read: impl Fn(&Self, &mut Reading<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let items = self.items(reading)?;
        Some(
            items
                .iter()
                .filter_map(|item| read(item, reading))
                .collect(),
        )
    }

    pub(super) fn items(&self, reading: &mut Reading<'_>) -> Option<Vec<Self>> {
        let Value::List(items) = &self.node.value else {
            return self.must_be("a list", reading);
        };
        let items = items.iter().enumerate();
        let field = |(nth, node): (usize, &'n Node)| Self {
            name: "",
            key: self.key.item(nth),
            line: node.line,
            node,
        };
        Some(items.map(field).collect())
    }

    pub(super) fn words(&self, reading: &mut Reading<'_>) -> Option<Vec<String>> {
        self.list(reading, Field::word)
    }

    pub(super) fn fields(&self, reading: &mut Reading<'_>) -> Option<Fields<'n>> {
        let Some(members) = self.node.table() else {
            return self.must_be("a table of members", reading);
        };
        Some(Fields {
            key: self.key.clone(),
            line: self.line,
            left: members.iter().collect(),
        })
    }

    /// Its members by name; null is none. A name that is there twice is a fault, and none of the two is given.
    pub(super) fn members(&self, reading: &mut Reading<'_>) -> Option<Vec<Self>> {
        let fields = self.fields(reading)?;
        let mut lines: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for member in &fields.left {
            lines.entry(&member.name).or_default().push(member.line);
        }
        let mut members = Vec::new();
        for member in &fields.left {
            let field = fields.field(member);
            match lines.remove(member.name.as_str()).as_deref() {
                Some([_]) => members.push(field),
                Some([_, second, ..]) => reading.fault(&field, twice(*second)),
                _ => {}
            }
        }
        members.retain(|field| !matches!(field.node.value, Value::Null));
        Some(members)
    }

    fn must_be<T>(&self, kind: &str, reading: &mut Reading<'_>) -> Option<T> {
        let is = self.node.value.kind();
        reading.fault(self, format!("this is {is}, and must be {kind}"));
        None
    }
}

pub(super) fn twice(line: usize) -> String {
    format!("it is in line {line} too: keep one of them")
}
