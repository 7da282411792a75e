use std::collections::HashSet;

use super::pattern::{Pattern, Shape};

/// A list of names and patterns, looked through in a time that does not grow with it: of the patterns with a `*` before their
/// end, which are tried one after the other, a file may have few.
#[derive(Debug, Default)]
pub(super) struct Names {
    exact: HashSet<Box<str>>,
    /// In order, and none begins with another: of all that come before a name, only the last can begin it.
    prefixes: Vec<Box<str>>,
    others: Vec<Pattern>,
}

impl Names {
    pub(super) fn has(&self, name: &str) -> bool {
        self.names(name)
            || self.has_prefix_of(name)
            || self.others.iter().any(|pattern| pattern.matches(name))
    }

    /// Whether it is in the list as it is, and not by a pattern.
    pub(super) fn names(&self, name: &str) -> bool {
        self.exact.contains(name)
    }

    fn has_prefix_of(&self, name: &str) -> bool {
        let after = self.prefixes.partition_point(|prefix| &**prefix <= name);
        after > 0 && name.starts_with(&*self.prefixes[after - 1])
    }
}

impl<'p> FromIterator<&'p Pattern> for Names {
    fn from_iter<I: IntoIterator<Item = &'p Pattern>>(patterns: I) -> Self {
        let mut names = Self::default();
        for pattern in patterns {
            match pattern.shape() {
                Shape::Exact(name) => {
                    names.exact.insert(name.into());
                }
                Shape::Prefix(prefix) => names.prefixes.push(prefix.into()),
                Shape::Other => names.others.push(pattern.clone()),
            }
        }
        names.prefixes.sort_unstable();
        names
            .prefixes
            .dedup_by(|longer, shorter| longer.starts_with(&**shorter));
        names
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_list_has_what_one_of_its_patterns_matches(
            patterns in vec("[ab]{0,3}[ab*]{1,3}", 0..12),
            name in "[ab]{0,6}",
        ) {
            let patterns: Vec<_> = patterns.iter().filter_map(|text| Pattern::new(text)).collect();
            let names: Names = patterns.iter().collect();
            prop_assert_eq!(
                names.has(&name),
                patterns.iter().any(|pattern| pattern.matches(&name))
            );
        }
    }
}
