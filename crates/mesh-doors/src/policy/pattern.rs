/// A name, or what names look like: `*` stands for any characters, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Box<str>);

/// How a pattern can be looked for among many.
pub(super) enum Shape<'p> {
    Exact(&'p str),
    /// All that begins so.
    Prefix(&'p str),
    Other,
}

impl Pattern {
    pub const MAX_BYTES: usize = 512;

    /// Nothing where it is empty or longer than [`Self::MAX_BYTES`].
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        (1..=Self::MAX_BYTES)
            .contains(&text.len())
            .then(|| Self(text.into()))
    }

    /// Matches what is empty and nothing else.
    pub(super) fn empty() -> Self {
        Self("".into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is one name and no other.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.0.contains('*')
    }

    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = text.strip_prefix(first) else {
            return false;
        };
        let Some(last) = parts.next_back() else {
            return rest.is_empty();
        };
        for part in parts {
            let Some(at) = rest.find(part) else {
                return false;
            };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(last)
    }

    /// Whether it matches some text that begins with `start`.
    #[must_use]
    pub fn matches_some_of(&self, start: &str) -> bool {
        match self.0.split_once('*') {
            Some((fixed, _)) => fixed.starts_with(start) || start.starts_with(fixed),
            None => self.0.starts_with(start),
        }
    }

    /// Whether it is sure to match every text that begins with `start`.
    pub(super) fn matches_all_of(&self, start: &str) -> bool {
        self.0.ends_with('*') && self.matches(start)
    }

    pub(super) fn shape(&self) -> Shape<'_> {
        match self.0.find('*') {
            None => Shape::Exact(&self.0),
            Some(at) if self.0[at..].bytes().all(|byte| byte == b'*') => {
                Shape::Prefix(&self.0[..at])
            }
            Some(_) => Shape::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern).expect("a pattern").matches(text)
    }

    /// What `*` means, written down without regard to cost.
    fn means(pattern: &[u8], text: &[u8]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some((b'*', rest)) => (0..=text.len()).any(|at| means(rest, &text[at..])),
            Some((byte, rest)) => text
                .split_first()
                .is_some_and(|(first, text)| first == byte && means(rest, text)),
        }
    }

    #[test]
    fn a_star_is_any_characters_and_nothing_else_is_special() {
        for (pattern, text) in [
            ("search", "search"),
            ("*", ""),
            ("search_*", "search_"),
            ("*_tickets", "search_jira_tickets"),
            ("s*_*s", "search_jira_tickets"),
            ("a*a", "aa"),
            ("a.b", "a.b"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("search", "searches"),
            ("search_*", "search"),
            ("a*a", "a"),
            ("a*b*a", "aba-b"),
            ("a.b", "aab"),
            ("Search", "search"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_pattern_has_a_bound() {
        assert_eq!(Pattern::new(""), None);
        assert!(Pattern::new(&"*".repeat(Pattern::MAX_BYTES)).is_some());
        assert_eq!(Pattern::new(&"x".repeat(Pattern::MAX_BYTES + 1)), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_matches_what_it_means(pattern in "[ab*]{1,8}", text in "[ab]{0,10}") {
            prop_assert_eq!(
                matches(&pattern, &text),
                means(pattern.as_bytes(), text.as_bytes())
            );
        }

        #[test]
        fn what_begins_so_is_never_missed(
            pattern in "[ab*]{1,6}",
            start in "[ab]{0,4}",
            rest in "[ab]{0,4}",
        ) {
            let text = format!("{start}{rest}");
            let pattern = Pattern::new(&pattern).expect("a pattern");
            if pattern.matches(&text) {
                prop_assert!(pattern.matches_some_of(&start));
            }
            if pattern.matches_all_of(&start) {
                prop_assert!(pattern.matches(&text));
            }
        }
    }
}
