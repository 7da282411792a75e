//! Commits by their hash, whole or its beginning, as people and other tools write them.

use std::collections::HashSet;

use super::recent::list;
use super::{Clauses, Found, Query, SearchError};
use crate::corpus::Snapshot;
use crate::record::{Commit, Kind};

/// Git itself abbreviates to seven digits at least; fewer name too many commits.
const SHORTEST: usize = 7;

/// The hexadecimal digits of SHA-256.
const LONGEST: usize = 64;

/// A text with more of them is a list, and asks for none of them.
const MAX_HASHES: usize = 5;

/// Whether it may be the hash of a commit, or its beginning.
pub(crate) fn is_hash(word: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit())
}

fn hashes(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let hashes = words.filter(|word| is_hash(word));
    hashes.take(MAX_HASHES).map(str::to_lowercase).collect()
}

/// The commits that the text names, the newest first.
pub(super) fn named(
    snapshot: &Snapshot,
    query: &Query<'_>,
    clauses: Clauses<'_>,
) -> Result<Option<Found<Commit>>, SearchError> {
    let hashes = hashes(query.text);
    if hashes.is_empty() {
        return Ok(None);
    }
    let clauses = clauses.beginning(&hashes)?;
    list(snapshot, Kind::Commit, query.limit, clauses).map(Some)
}

/// What is named first, then what else was found.
pub(super) fn before(
    named: Option<Found<Commit>>,
    mut found: Found<Commit>,
    limit: usize,
) -> Found<Commit> {
    let Some(mut named) = named else {
        return found;
    };
    let first = named.hits.iter().map(|hit| hit.item.hash.clone());
    let first: HashSet<String> = first.collect();
    let all = found.hits.len();
    found.hits.retain(|hit| !first.contains(&hit.item.hash));
    named.total += found.total - (all - found.hits.len());
    named.hits.append(&mut found.hits);
    named.hits.truncate(limit);
    named.best = named.best.max(found.best);
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_words_of_hexadecimal_digits_that_git_would_take() {
        let whole = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(hashes(whole), [whole]);
        assert_eq!(hashes("What did `AB12CD3` change?"), ["ab12cd3"]);
        assert_eq!(hashes("facade decade add 123456"), Vec::<String>::new());
        assert!(!is_hash(&"a".repeat(65)));
    }
}
