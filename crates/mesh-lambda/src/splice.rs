//! An answer whose body is already a string of JSON: `lambda_http` would escape it once more.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use mesh_app::edge::Escaped;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

/// The body of one answer, handed past the type that `lambda_http` makes of the rest. Cloning shares it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spliced(Arc<OnceLock<Escaped>>);

impl Spliced {
    pub(crate) fn set(&self, body: Escaped) {
        // There is one answer.
        let _ = self.0.set(body);
    }

    /// `answer` as the platform takes it, with this body in place of its own where there is one.
    pub(crate) fn put_into(
        &self,
        answer: &impl Serialize,
    ) -> Result<Box<RawValue>, serde_json::Error> {
        let answer = to_raw_value(answer)?;
        let Some(escaped) = self.0.get() else {
            return Ok(answer);
        };
        let mut members: BTreeMap<&str, &RawValue> = serde_json::from_str(answer.get())?;
        members.insert("body", serde_json::from_str(&escaped.json)?);
        to_raw_value(&members)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_body_that_is_escaped_already_takes_the_place_of_the_empty_one() {
        let empty = json!({"statusCode": 200, "body": "", "headers": {"a": "b"}});
        let spliced = Spliced::default();
        let answer = spliced.put_into(&empty).expect("JSON");
        assert_eq!(answer.get(), empty.to_string());
        spliced.set(Escaped {
            body: "\"x\"".into(),
            json: "\"\\\"x\\\"\"".into(),
        });
        let whole = spliced.put_into(&empty).expect("JSON").get().to_owned();
        assert_eq!(whole.matches("\"body\"").count(), 1, "{whole}");
        let whole: Value = serde_json::from_str(&whole).expect("JSON");
        let expected = json!({"statusCode": 200, "headers": {"a": "b"}, "body": "\"x\""});
        assert_eq!(whole, expected);
    }
}
