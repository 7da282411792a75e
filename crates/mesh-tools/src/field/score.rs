use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How well something matches: 0 not at all, about 0.5 most of what was asked but scattered, 1 all of it close together in
/// a heading or title. The same scale for thresholds.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Score(f32);

impl Score {
    /// Brings `value` within 0 and 1.
    #[must_use]
    pub const fn new(value: f32) -> Self {
        Self(value.clamp(0.0, 1.0))
    }

    #[must_use]
    pub const fn get(self) -> f32 {
        self.0
    }
}

impl Serialize for Score {
    /// To three decimals, the rest cut off: what is shown can be given back as a threshold, and the hit reaches it. By way
    /// of text, because a widened `f32` shows 0.7 as 0.699999988079071.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let decimal = self.0.to_string();
        let shown = &decimal[..decimal.len().min("0.123".len())];
        serializer.serialize_f64(shown.parse().expect("a printed float is a float"))
    }
}

impl<'de> Deserialize<'de> for Score {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = f32::deserialize(deserializer)?;
        if (0.0..=1.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err(D::Error::custom(format_args!("is {value}, must be 0 to 1")))
        }
    }
}

impl JsonSchema for Score {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Score")
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "number", "minimum": 0, "maximum": 1})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{json, to_value};

    #[test]
    fn a_score_is_shown_as_it_was_written() {
        assert_eq!(to_value(Score::new(0.7)).expect("a number"), json!(0.7));
        assert_eq!(to_value(Score::new(1.0)).expect("a number"), json!(1.0));
        assert_eq!(to_value(Score::new(1.5)).expect("a number"), json!(1.0));
        assert_eq!(
            to_value(Score::new(0.816_798_9)).expect("a number"),
            json!(0.816)
        );
        assert_eq!(
            to_value(Score::new(0.000_04)).expect("a number"),
            json!(0.0)
        );
    }
}
