//! JSON objects whose members are told apart and otherwise left as they came.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// The members of an object in their order, each value as it was written.
#[derive(Debug)]
pub struct Members<'a>(pub Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Members<'a> {
    #[must_use]
    pub fn of(object: &'a RawValue) -> Option<Self> {
        serde_json::from_str(object.get()).ok()
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let member = self.0.iter().find(|(key, _)| key == name)?;
        Some(&member.1)
    }

    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.get(name)?).ok()
    }

    /// Gives a member another value, at its place; at the end, where there was none.
    pub fn set(&mut self, name: &'static str, value: &Value) {
        let value = value.to_string().into();
        match self.0.iter_mut().find(|(key, _)| key == name) {
            Some(member) => member.1 = value,
            None => self.0.push((name.into(), value)),
        }
    }

    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(key, _)| key != name);
    }

    /// The object that they make.
    #[must_use]
    pub fn write(&self) -> Box<RawValue> {
        let members: Vec<String> = self
            .0
            .iter()
            .map(|(name, value)| format!("{}:{value}", Value::from(name.as_ref())))
            .collect();
        let object = format!("{{{}}}", members.join(","));
        RawValue::from_string(object).expect("members of JSON make an object of JSON")
    }
}

/// A result without one member of its `_meta`, and without that where nothing else is in it.
#[must_use]
pub fn without_meta(result: Box<RawValue>, key: &str) -> Box<RawValue> {
    if !result.get().contains(key) {
        return result;
    }
    let Some(mut members) = Members::of(&result) else {
        return result;
    };
    let Some(at) = members.0.iter().position(|(name, _)| name == "_meta") else {
        return result;
    };
    let Ok(mut meta) = serde_json::from_str::<Members<'_>>(&members.0[at].1) else {
        return result;
    };
    if meta.get(key).is_none() {
        return result;
    }
    meta.remove(key);
    let left = (!meta.0.is_empty()).then(|| meta.write().get().to_owned());
    match left {
        Some(left) => members.0[at].1 = left.into(),
        None => members.remove("_meta"),
    }
    members.write()
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                    members.push((name.into(), value.get().into()));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Each)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_changed_stays_as_it_was_written() {
        let text = r#"{ "name" : "a\u0062", "x": {"b": 1.50,"a":1e400}, "y":[ ] }"#;
        let object: &RawValue = serde_json::from_str(text).expect("JSON");
        let mut members = Members::of(object).expect("an object");
        assert_eq!(members.text("name").as_deref(), Some("ab"));
        members.set("name", &json!("c"));
        members.set("z", &json!(true));
        members.remove("y");
        assert_eq!(
            members.write().get(),
            r#"{"name":"c","x":{"b": 1.50,"a":1e400},"z":true}"#
        );
    }

    #[test]
    fn one_member_of_meta_is_taken_out() {
        let check = |text: &str, expected: &str| {
            let result = RawValue::from_string(text.to_owned()).expect("JSON");
            assert_eq!(without_meta(result, "a/b").get(), expected);
        };
        check(r#"{"x":1E2, "_meta":{"a/b":{}}}"#, r#"{"x":1E2}"#);
        check(
            r#"{"_meta": { "a/b":1, "c": 1E400 },"x":1}"#,
            r#"{"_meta":{"c":1E400},"x":1}"#,
        );
        for text in [
            r#"{ "x":"a/b" }"#,
            r#"{ "_meta":"a/b" }"#,
            r#"{ "_meta":{ "c":"a/b"} }"#,
        ] {
            check(text, text);
        }
    }

    #[test]
    fn what_is_no_object_has_no_members() {
        let text: &RawValue = serde_json::from_str("[1]").expect("JSON");
        assert!(Members::of(text).is_none());
    }
}
