//! Where the links in a result lead. Everything else in it stays as it came.

use std::borrow::Cow;
use std::ops::Range;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// The result of a tool, a prompt or a resource; or one of its messages.
#[derive(Default, Deserialize)]
struct Holder<'a> {
    #[serde(borrow)]
    content: Option<&'a RawValue>,
    #[serde(borrow)]
    messages: Option<&'a RawValue>,
    #[serde(borrow)]
    contents: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
struct Block<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    uri: Option<&'a RawValue>,
    #[serde(borrow)]
    resource: Option<&'a RawValue>,
}

/// Gives each URI that is a link another one, where there is another.
#[must_use]
pub fn relink(result: Box<RawValue>, other: impl Fn(&str) -> Option<String>) -> Box<RawValue> {
    let text = result.get();
    if !text.contains(r#""uri""#) {
        return result;
    }
    let others = links(&result).into_iter().filter_map(|link| {
        let uri: String = serde_json::from_str(link).ok()?;
        Some((place(text, link), Value::from(other(&uri)?)))
    });
    let mut others: Vec<_> = others.collect();
    if others.is_empty() {
        return result;
    }
    others.sort_by_key(|(place, _)| place.start);
    let (mut relinked, mut from) = (String::with_capacity(text.len()), 0);
    for (place, other) in others {
        relinked.push_str(&text[from..place.start]);
        relinked.push_str(&other.to_string());
        from = place.end;
    }
    relinked.push_str(&text[from..]);
    RawValue::from_string(relinked).expect("a string of JSON in the place of another")
}

/// Of a part of a text.
fn place(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr().addr() - text.as_ptr().addr();
    start..start + part.len()
}

/// As they are written.
fn links(result: &RawValue) -> Vec<&str> {
    let result = read::<Holder<'_>>(result);
    let mut links = Vec::new();
    let messages = items(result.messages);
    let contents = messages.map(|message| read::<Holder<'_>>(message).content);
    for content in contents.chain([result.content]) {
        for block in items(content).map(read::<Block<'_>>) {
            match block.kind.as_deref() {
                Some("resource_link") => links.extend(block.uri),
                Some("resource") => {
                    links.extend(block.resource.and_then(|one| read::<Block<'_>>(one).uri))
                }
                _ => {}
            }
        }
    }
    links.extend(items(result.contents).filter_map(|one| read::<Block<'_>>(one).uri));
    links.into_iter().map(RawValue::get).collect()
}

/// All of a list, or the one that is no list.
fn items(value: Option<&RawValue>) -> impl Iterator<Item = &RawValue> {
    let items: Option<Vec<&RawValue>> =
        value.map(|value| serde_json::from_str(value.get()).unwrap_or_else(|_| vec![value]));
    items.into_iter().flatten()
}

/// Nothing, of what is something else.
fn read<'a, T: Default + Deserialize<'a>>(value: &'a RawValue) -> T {
    serde_json::from_str(value.get()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(result: &str, expected: &str) {
        let result = RawValue::from_string(result.to_owned()).expect("JSON");
        let relinked = relink(result, |uri| (uri == "a:é").then(|| "b:\"".to_owned()));
        assert_eq!(relinked.get(), expected);
    }

    #[test]
    fn links_are_written_anew_and_nothing_else() {
        check(
            r#"{ "x":1E400, "content":[ {"uri" : "a:\u00e9","type":"resource_link","uri2":"a:é"},{"type":"text","text":"a:é","uri":"a:é"},
                {"type":"resource","resource":{"text":"a:é","uri":"a:é"}},{"type":"resource_link","uri":"c:d"},7 ]}"#,
            r#"{ "x":1E400, "content":[ {"uri" : "b:\"","type":"resource_link","uri2":"a:é"},{"type":"text","text":"a:é","uri":"a:é"},
                {"type":"resource","resource":{"text":"a:é","uri":"b:\""}},{"type":"resource_link","uri":"c:d"},7 ]}"#,
        );
        check(
            r#"{"messages":[{"role":"user","content":{"type":"resource_link","uri":"a:é"}}]}"#,
            r#"{"messages":[{"role":"user","content":{"type":"resource_link","uri":"b:\""}}]}"#,
        );
        check(
            r#"{"contents":[{"uri":"a:é","text":"a:é"}]}"#,
            r#"{"contents":[{"uri":"b:\"","text":"a:é"}]}"#,
        );
    }

    #[test]
    fn what_is_no_result_stays_as_it_is() {
        for text in [
            r#"{"content":{"uri":"a:é"}}"#,
            r#"{"content":[{"type":1,"uri":"a:é"}],"contents":{"uri":1}}"#,
            r#"["uri"]"#,
        ] {
            check(text, text);
        }
    }
}
