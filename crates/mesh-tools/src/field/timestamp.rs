use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

/// A moment as `2026-11-20T12:00:00.000Z`: UTC, to the millisecond, as callers of the old server parse it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Timestamp(String);

impl Timestamp {
    #[must_use]
    pub fn now() -> Self {
        Self::of(jiff::Timestamp::now())
    }

    #[must_use]
    pub fn of(moment: jiff::Timestamp) -> Self {
        Self(format!("{moment:.3}"))
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Timestamp")
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date-time"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_always_shown() {
        assert_eq!(
            Timestamp::of(jiff::Timestamp::UNIX_EPOCH).0,
            "1970-01-01T00:00:00.000Z"
        );
    }
}
