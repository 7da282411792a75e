//! What the corpus has of each file.

use std::collections::BTreeMap;

use crate::store::FileState;

/// A large file is kept in several parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) fingerprint: String,
    pub(super) passages: u64,
    /// The names under which its parts are kept.
    pub(super) parts: Vec<String>,
}

/// Between a file's path and the number of a part: no path has it.
const SEPARATOR: char = '\u{0}';

/// The name under which a part is kept. The first has the file's own.
pub(super) fn part_name(path: &str, part: u32) -> String {
    if part == 0 {
        path.to_owned()
    } else {
        format!("{path}{SEPARATOR}{part}")
    }
}

/// The number of a part that none of these has, nor one after it.
pub(super) fn free_part(parts: &[String]) -> u32 {
    let number = |name: &String| {
        let number = name.split(SEPARATOR).nth(1).unwrap_or_default();
        number.parse::<u32>().unwrap_or_default()
    };
    parts.iter().map(number).max().unwrap_or_default() + 1
}

/// Files by path, their parts taken together. Parts that disagree were not read to the end: no fingerprint.
pub(super) fn known(files: BTreeMap<String, FileState>) -> BTreeMap<String, Known> {
    let mut known: BTreeMap<String, Known> = BTreeMap::new();
    for (name, state) in files {
        let path = name.split(SEPARATOR).next().unwrap_or_default();
        let file = known.entry(path.to_owned()).or_default();
        if file.parts.is_empty() {
            file.fingerprint = state.fingerprint;
        } else if file.fingerprint != state.fingerprint {
            file.fingerprint.clear();
        }
        file.passages += u64::from(state.passages);
        file.parts.push(name);
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_taken_together_and_new_ones_have_numbers_of_their_own() {
        let state = |fingerprint: &str, passages| FileState {
            fingerprint: fingerprint.to_owned(),
            passages,
        };
        let files = BTreeMap::from([
            (part_name("a.mbox", 2), state("1", 512)),
            (part_name("a.mbox", 3), state("1", 7)),
            (part_name("b.mbox", 0), state("1", 3)),
            (part_name("b.mbox", 1), state("", 3)),
        ]);
        let known = known(files);
        let a = &known["a.mbox"];
        assert_eq!((a.fingerprint.as_str(), a.passages), ("1", 519));
        assert_eq!(free_part(&a.parts), 4);
        let b = &known["b.mbox"];
        assert_eq!((b.fingerprint.as_str(), b.passages), ("", 6));
        assert_eq!(free_part(&b.parts), 2);
    }
}
