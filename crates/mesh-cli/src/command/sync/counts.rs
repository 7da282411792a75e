use std::fmt::Write as _;

use serde::Serialize;

/// How what the corpus has differs from what is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Counts {
    pub(super) added: u64,
    pub(super) changed: u64,
    pub(super) removed: u64,
    pub(super) unchanged: u64,
    /// Left out: there is nothing in them to find them by.
    pub(super) empty: u64,
    /// Not of the corpus, and not put there by this command: left as they are.
    pub(super) foreign: u64,
    /// Files that an earlier run uploaded and did not get to attach: they are attached, or deleted.
    pub(super) leftover: u64,
}

impl Counts {
    /// Whether more than half of what this command has put there would go.
    pub(super) const fn removes_most(&self) -> bool {
        self.removed > self.changed + self.unchanged
    }

    /// How many are sent.
    pub(super) const fn sent(&self) -> u64 {
        self.added + self.changed
    }

    pub(super) fn words(&self) -> String {
        let Self {
            added,
            changed,
            removed,
            unchanged,
            empty,
            foreign,
            leftover,
        } = self;
        let mut words =
            format!("{added} added, {changed} changed, {removed} removed, {unchanged} unchanged");
        for (number, what) in [
            (empty, "empty"),
            (foreign, "of others left alone"),
            (leftover, "left by a run that was killed"),
        ] {
            if *number > 0 {
                write!(words, ", {number} {what}").expect("writing to a string cannot fail");
            }
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_half_is_more_than_what_stays() {
        let counts = |removed, unchanged| Counts {
            removed,
            unchanged,
            added: 100,
            ..Counts::default()
        };
        assert!(!counts(0, 0).removes_most());
        assert!(!counts(2, 2).removes_most());
        assert!(counts(3, 2).removes_most());
        assert!(counts(1, 0).removes_most());
    }
}
