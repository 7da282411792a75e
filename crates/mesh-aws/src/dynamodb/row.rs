use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;

use super::TableError;

pub(super) const FAMILY: &str = "family";
pub(super) const NAME: &str = "name";
pub(super) const VALUE: &str = "value";
pub(super) const VERSION: &str = "version";
/// The table's attribute for its time to live.
pub(super) const EXPIRES: &str = "expires";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowName {
    pub family: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub name: RowName,
    pub value: Vec<u8>,
    pub version: u64,
    /// Seconds since 1970.
    pub expires: Option<u64>,
}

impl RowName {
    pub(super) fn attributes(&self) -> HashMap<String, AttributeValue> {
        [(FAMILY, &self.family), (NAME, &self.name)]
            .map(|(name, value)| (name.to_owned(), AttributeValue::S(value.clone())))
            .into()
    }

    pub(super) fn read(mut held: HashMap<String, AttributeValue>) -> Result<Self, TableError> {
        Self::take(&mut held).ok_or(TableError::Unreadable)
    }

    fn take(held: &mut HashMap<String, AttributeValue>) -> Option<Self> {
        let mut text = |name| match held.remove(name) {
            Some(AttributeValue::S(text)) => Some(text),
            _ => None,
        };
        Some(Self {
            family: text(FAMILY)?,
            name: text(NAME)?,
        })
    }
}

impl Row {
    pub(super) fn attributes(self) -> HashMap<String, AttributeValue> {
        let mut attributes = self.name.attributes();
        attributes.insert(VALUE.to_owned(), AttributeValue::B(Blob::new(self.value)));
        attributes.insert(VERSION.to_owned(), number(self.version));
        if let Some(expires) = self.expires {
            attributes.insert(EXPIRES.to_owned(), number(expires));
        }
        attributes
    }

    pub(super) fn read(mut held: HashMap<String, AttributeValue>) -> Result<Self, TableError> {
        Self::take(&mut held).ok_or(TableError::Unreadable)
    }

    fn take(held: &mut HashMap<String, AttributeValue>) -> Option<Self> {
        let name = RowName::take(held)?;
        let Some(AttributeValue::B(value)) = held.remove(VALUE) else {
            return None;
        };
        let expires = match held.get(EXPIRES) {
            Some(_) => Some(count(held, EXPIRES)?),
            None => None,
        };
        Some(Self {
            name,
            value: value.into_inner(),
            version: count(held, VERSION)?,
            expires,
        })
    }
}

pub(super) fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// The version of what a refused write found in its place.
pub(super) fn version(held: &HashMap<String, AttributeValue>) -> Option<u64> {
    count(held, VERSION)
}

fn count(held: &HashMap<String, AttributeValue>, name: &str) -> Option<u64> {
    held.get(name)?.as_n().ok()?.parse().ok()
}
