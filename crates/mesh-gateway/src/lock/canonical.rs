//! The canonical form of JSON (RFC 8785).

use serde_json::Value;

/// Most definitions have names in ASCII and small whole numbers alone. Sorted, these are written as the RFC has them by the usual
/// writer, in a fraction of the time: a lock is read at each start.
pub(super) fn canonical(mut value: Value) -> serde_json::Result<Vec<u8>> {
    if !is_plain(&value) {
        return serde_json_canonicalizer::to_vec(&value);
    }
    value.sort_all_objects();
    serde_json::to_vec(&value)
}

fn is_plain(value: &Value) -> bool {
    /// Beyond it the numbers of ECMAScript are not whole any more.
    const LARGEST: u64 = 1 << 53;
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => true,
        Value::Number(number) => {
            let size = number.as_i64().map(i64::unsigned_abs);
            size.is_some_and(|size| size <= LARGEST)
        }
        Value::Array(items) => items.iter().all(is_plain),
        Value::Object(members) => members
            .iter()
            .all(|(name, value)| name.is_ascii() && is_plain(value)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Map;

    use super::*;

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-100..100_i64).prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            "[ -~\\x00-\\x1f\\x7f]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            let name = prop_oneof!["[ -~]{0,3}", any::<String>()];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((name, inner), 0..4)
                    .prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_writes_it_it_is_the_same(value in any_json()) {
            let expected = serde_json_canonicalizer::to_vec(&value).expect("JSON");
            prop_assert_eq!(canonical(value).expect("JSON"), expected);
        }
    }

    #[test]
    fn the_usual_definition_is_plain() {
        let text = r#"{"name":"a","inputSchema":{"type":"object","properties":{"n":{"minimum":-1,"maximum":9007199254740992}}}}"#;
        let value: Value = serde_json::from_str(text).expect("JSON");
        assert!(is_plain(&value));
        for other in ["1.5", "-0", "1e2", "9007199254740993", r#"{"é":1}"#] {
            let value: Value = serde_json::from_str(other).expect("JSON");
            assert!(!is_plain(&value), "{other}");
        }
    }
}
