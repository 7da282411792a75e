//! An answer whose body is already a string of JSON: `lambda_http` would escape it once more.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use mesh_app::edge::Escaped;
use serde::Serialize;
use serde_json::value::RawValue;

/// The body of one answer, handed past the type that `lambda_http` makes of the rest. Cloning shares it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spliced(Arc<OnceLock<Escaped>>);

impl Spliced {
    pub(crate) fn set(&self, body: Escaped) {
        // There is one answer.
        let _ = self.0.set(body);
    }

    /// `answer` as the platform takes it, with this body in place of its own where there is one.
    pub(crate) fn put_into(&self, answer: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
        let answer = serde_json::to_vec(answer)?;
        let Some(escaped) = self.0.get() else {
            return Ok(answer);
        };
        let mut members: BTreeMap<&str, &RawValue> = serde_json::from_slice(&answer)?;
        members.remove("body");
        let mut whole = serde_json::to_vec(&members)?;
        whole.reserve_exact(escaped.json.len() + 16);
        whole.pop();
        // An answer has a status at least.
        whole.extend(b",\"body\":");
        whole.extend_from_slice(&escaped.json);
        whole.push(b'}');
        Ok(whole)
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
        assert_eq!(answer, empty.to_string().as_bytes());
        spliced.set(Escaped {
            body: "\"x\"".into(),
            json: "\"\\\"x\\\"\"".into(),
        });
        let whole = String::from_utf8(spliced.put_into(&empty).expect("JSON")).expect("text");
        assert_eq!(whole.matches("\"body\"").count(), 1, "{whole}");
        let whole: Value = serde_json::from_str(&whole).expect("JSON");
        let expected = json!({"statusCode": 200, "headers": {"a": "b"}, "body": "\"x\""});
        assert_eq!(whole, expected);
    }
}
