use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use crate::policy::fault::Found;
use crate::policy::pattern::{Pattern, Shape};

/// What is tried one after the other for every call.
const MAX_INNER_STARS: usize = 100;

/// The texts of a list of texts, each with its place.
pub(super) fn texts<'v>(
    value: &'v Spanned<DeValue<'_>>,
    name: &str,
    found: &mut Found,
) -> Vec<(Range<usize>, &'v str)> {
    let mut texts = Vec::new();
    for item in items(value, name, found) {
        match item.get_ref().as_str() {
            Some(text) => texts.push((item.span(), text)),
            None => found.add(&item.span(), format!("`{name}` must be a list of texts")),
        }
    }
    texts
}

/// Patterns of the values in a list of texts, whole numbers, and `true` or `false`.
pub(super) fn values(value: &Spanned<DeValue<'_>>, name: &str, found: &mut Found) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    let items = items(value, name, found);
    if items.is_empty() && value.get_ref().is_array() {
        found.add(&value.span(), format!("`{name}` must name a value"));
    }
    for item in items {
        let pattern = scalar(item.get_ref()).and_then(|text| Pattern::new(&text));
        match pattern {
            Some(pattern) => patterns.push(pattern),
            None => found.add(
                &item.span(),
                format!("`{name}` must be a list of texts of 1 to 512 bytes, whole numbers, or truth values"),
            ),
        }
    }
    bound(&patterns, &value.span(), name, found);
    patterns
}

pub(super) fn bound<'p>(
    patterns: impl IntoIterator<Item = &'p Pattern>,
    at: &Range<usize>,
    name: &str,
    found: &mut Found,
) {
    let patterns = patterns.into_iter();
    let inner = patterns.filter(|pattern| matches!(pattern.shape(), Shape::Other));
    if inner.count() > MAX_INNER_STARS {
        found.add(
            at,
            format!(
                "`{name}` has more than {MAX_INNER_STARS} patterns with a `*` before their end"
            ),
        );
    }
}

fn items<'v, 't>(
    value: &'v Spanned<DeValue<'t>>,
    name: &str,
    found: &mut Found,
) -> &'v [Spanned<DeValue<'t>>] {
    match value.get_ref().as_array() {
        Some(items) => items,
        None => {
            found.add(&value.span(), format!("`{name}` must be a list"));
            &[]
        }
    }
}

fn scalar<'v>(value: &'v DeValue<'_>) -> Option<Cow<'v, str>> {
    match value {
        DeValue::String(text) => Some(Cow::Borrowed(text)),
        DeValue::Boolean(truth) => Some(Cow::Owned(truth.to_string())),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .ok()
            .map(|number| Cow::Owned(number.to_string())),
        _ => None,
    }
}
