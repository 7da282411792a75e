//! A body as JSON, for every route alike: a byte order mark and lone surrogates are mended, as their writers meant nothing by
//! them; a member that is given twice is refused, as readers differ about which one holds (RFC 8259, section 4).

use std::cell::Cell;
use std::fmt;

use bytes::Bytes;
use http::StatusCode;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::rescue::{PARSE_ERROR, Refusal};

/// The value, and the text that means it, as it came or mended.
pub(super) fn parse(body: &Bytes) -> Result<(Value, Bytes), Refusal> {
    let text = match body.strip_prefix(b"\xEF\xBB\xBF") {
        Some(text) => body.slice_ref(text),
        None => body.clone(),
    };
    let (value, text, is_clear) = match read(&text) {
        Ok((value, is_clear)) => (value, text, is_clear),
        Err(error) => {
            let mended = without_lone_surrogates(&text).ok_or_else(|| refusal(&text, &error))?;
            let (value, is_clear) = read(&mended).map_err(|error| refusal(&text, &error))?;
            (value, mended.into(), is_clear)
        }
    };
    if !is_clear {
        let refusal = Refusal::bad_request("a member is given twice; send each once");
        return Err(refusal.to(id_of(&value).unwrap_or_default()));
    }
    Ok((value, text))
}

/// A message's id, where it has one that its answer can carry.
pub(super) fn id_of(message: &Value) -> Option<Value> {
    let id = message.get("id")?;
    (id.is_string() || id.is_number()).then(|| id.clone())
}

/// Serde's own words would quote the body; where it went wrong is enough.
fn refusal(text: &[u8], error: &serde_json::Error) -> Refusal {
    let message = if text.iter().all(u8::is_ascii_whitespace) {
        "the body is empty; POST one JSON-RPC message".to_owned()
    } else {
        let (line, column) = (error.line(), error.column());
        format!("the body is not JSON (line {line}, column {column})")
    };
    Refusal::new(StatusCode::BAD_REQUEST, PARSE_ERROR, message)
}

/// And whether no member of any object was given twice.
fn read(text: &[u8]) -> Result<(Value, bool), serde_json::Error> {
    let is_clear = Cell::new(true);
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = Once(&is_clear).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok((value, is_clear.get()))
}

/// A value, and the note that a member in it was given twice.
#[derive(Clone, Copy)]
struct Once<'a>(&'a Cell<bool>);

impl<'de> DeserializeSeed<'de> for Once<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(element) = elements.next_element_seed(self)? {
            array.push(element);
        }
        Ok(array.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(self)?;
            if object.insert(name, value).is_some() {
                self.0.set(false);
            }
        }
        Ok(object.into())
    }
}

/// The text with U+FFFD in the place of each escaped half of a surrogate pair, if there is any: some languages cut texts
/// between the two.
fn without_lone_surrogates(text: &[u8]) -> Option<Vec<u8>> {
    const REPLACEMENT: &[u8; 6] = b"\\ufffd";
    let mut mended = text.to_vec();
    let (mut at, mut is_mended) = (0, false);
    while at < text.len() {
        at += match (text[at], unit(text, at), unit(text, at + REPLACEMENT.len())) {
            (b'\\', Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 2 * REPLACEMENT.len(),
            (b'\\', Some(0xD800..=0xDFFF), _) => {
                mended[at..at + REPLACEMENT.len()].copy_from_slice(REPLACEMENT);
                is_mended = true;
                REPLACEMENT.len()
            }
            (b'\\', _, _) => 2,
            _ => 1,
        };
    }
    is_mended.then_some(mended)
}

/// The unit of UTF-16 that is escaped there.
fn unit(text: &[u8], at: usize) -> Option<u16> {
    let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(text: &str) -> Result<(Value, Bytes), Value> {
        parse(&Bytes::copy_from_slice(text.as_bytes())).map_err(|refusal| refusal.body())
    }

    #[test]
    fn what_is_read_is_what_serde_reads() {
        let text = r#" {"a":[1,-2,18446744073709551615,0.5,1e3,true,null,"\n\u00e9\ud83d\ude00"],"b":{"c":{}}} "#;
        let (value, sent) = parsed(text).expect("JSON");
        assert_eq!(value, serde_json::from_str::<Value>(text).expect("JSON"));
        assert_eq!(sent, text);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        let (value, sent) = parsed("\u{feff}{}").expect("JSON");
        assert_eq!((value, &sent[..]), (json!({}), &b"{}"[..]));
    }

    #[test]
    fn half_a_pair_is_a_replacement_character() {
        for (text, read) in [
            (r#""\ud800""#, "\u{fffd}"),
            (r#""\udc00\ud83d\ude00""#, "\u{fffd}\u{1f600}"),
            (r#""\\ud800\ud83dx""#, "\\ud800\u{fffd}x"),
            (r#""\ud800\ud83d\ude00""#, "\u{fffd}\u{1f600}"),
        ] {
            let (value, sent) = parsed(text).expect("JSON");
            assert_eq!(value, read, "{text}");
            assert_eq!(serde_json::from_slice::<Value>(&sent).expect("JSON"), read);
        }
        assert_eq!(
            parsed(r#""\ud800"#).expect_err("no JSON")["error"]["code"],
            -32700
        );
    }

    #[test]
    fn a_member_given_twice_is_refused_at_any_depth() {
        for (text, id) in [
            (r#"{"id":1,"a":{"b":1,"b":1}}"#, json!(1)),
            (r#"{"id":[],"a":1,"a":2}"#, json!(null)),
            (r#"[{"id":1,"a":1,"a":2}]"#, json!(null)),
        ] {
            let refusal = parsed(text).expect_err("refused");
            assert_eq!(
                (&refusal["error"]["code"], &refusal["id"]),
                (&json!(-32600), &id)
            );
        }
    }
}
