use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// A number within bounds, which are given in hundredths: `Decimal<70, 120, 100>` is 0.7 to 1.2, and 1 where nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Decimal<const MIN: i64, const MAX: i64, const DEFAULT: i64>(f64);

const fn hundredths(number: i64) -> f64 {
    number as f64 / 100.0
}

impl<const MIN: i64, const MAX: i64, const DEFAULT: i64> Decimal<MIN, MAX, DEFAULT> {
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl<const MIN: i64, const MAX: i64, const DEFAULT: i64> Default for Decimal<MIN, MAX, DEFAULT> {
    fn default() -> Self {
        Self(hundredths(DEFAULT))
    }
}

impl<'de, const MIN: i64, const MAX: i64, const DEFAULT: i64> Deserialize<'de>
    for Decimal<MIN, MAX, DEFAULT>
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        let (min, max) = (hundredths(MIN), hundredths(MAX));
        if (min..=max).contains(&number) {
            Ok(Self(number))
        } else {
            Err(D::Error::custom(format_args!(
                "is {number}, must be {min} to {max}"
            )))
        }
    }
}

impl<const MIN: i64, const MAX: i64, const DEFAULT: i64> JsonSchema for Decimal<MIN, MAX, DEFAULT> {
    fn schema_name() -> Cow<'static, str> {
        Cow::Owned(format!("Decimal{MIN}To{MAX}Default{DEFAULT}"))
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let bounds = [MIN, MAX, DEFAULT].map(hundredths);
        let [min, max, default] = bounds;
        json_schema!({"type": "number", "minimum": min, "maximum": max, "default": default})
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn a_number_out_of_bounds_is_refused_with_them() {
        type Speed = Decimal<70, 120, 100>;
        assert_eq!(
            from_value::<Speed>(json!(0.7)).expect("in bounds").get(),
            0.7
        );
        assert_eq!(Speed::default().get(), 1.0);
        let refused = from_value::<Speed>(json!(2)).expect_err("refused");
        assert_eq!(refused.to_string(), "is 2, must be 0.7 to 1.2");
    }
}
