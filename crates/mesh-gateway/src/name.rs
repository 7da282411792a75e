//! Under which name a tool of an upstream is advertised: a function of the two names, never of any neighbour.

use mesh_core::ToolName;
use sha2::{Digest, Sha256};

/// Clients put a prefix of their own before it, and models stop at 64.
pub const DEFAULT_LIMIT: usize = 48;
/// Below it too little of a tool's name would be left to tell what it does.
pub const MIN_LIMIT: usize = 24;
/// With it, a third of a shortened name is still the tool's.
pub const MAX_UPSTREAM: usize = 32;
/// Taken by `/mcp/servers`.
pub const RESERVED: &str = "servers";

/// Between the name of an upstream and that of its tool. No name of our own has it.
pub const SEPARATOR: &str = "__";
/// Of the digest of the two names: 30 bits of it.
const DIGITS: usize = 6;
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// `upstream__tool`, or a short form of it.
///
/// Where it is longer than `limit`, has a character that some client cannot take, or could be read as another pair, it is
/// the end of the tool's name alone, and the beginning of a digest of the pair. A `limit` outside [`MIN_LIMIT`] and
/// [`ToolName::MAX_LENGTH`] is taken for the nearer of the two. Two pairs have one name by a chance of 2⁻³⁰, or by the
/// intent of an upstream: who keeps names must expect it.
#[must_use]
pub fn advertised(upstream: &str, tool: &str, limit: usize) -> ToolName {
    let limit = limit.clamp(MIN_LIMIT, ToolName::MAX_LENGTH);
    let whole = format!("{upstream}{SEPARATOR}{tool}");
    let name = match whole.len() <= limit && is_plain(&whole) && is_separable(upstream) {
        true => whole,
        false => shortened(upstream, tool, limit),
    };
    name.parse()
        .expect("1 to 64 characters that a name may have")
}

/// Whether a tool of this upstream could have this name: for an upstream that nothing was ever heard of, whose tools nobody knows.
#[must_use]
pub fn may_be_of(name: &str, upstream: &str, limit: usize) -> bool {
    let begins_with = |upstream: &str| {
        let rest = name.strip_prefix(upstream);
        rest.is_some_and(|rest| rest.starts_with(SEPARATOR))
    };
    begins_with(upstream) || begins_with(&beginning(upstream, limit))
}

/// The first `__` of the whole is then where the tool's name begins.
fn is_separable(upstream: &str) -> bool {
    !upstream.is_empty() && !upstream.contains(SEPARATOR) && !upstream.ends_with('_')
}

pub(crate) fn is_plain(name: &str) -> bool {
    name.chars().all(is_plain_character)
}

fn is_plain_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

fn shortened(upstream: &str, tool: &str, limit: usize) -> String {
    let digest = digest(upstream, tool);
    let (upstream, tool) = (beginning(upstream, limit), plain(tool));
    let end = tool.len().saturating_sub(room(limit) - upstream.len());
    format!("{upstream}{SEPARATOR}{}_{digest}", &tool[end..])
}

/// What a shortened name has of its upstream.
fn beginning(upstream: &str, limit: usize) -> String {
    let mut upstream = plain(upstream);
    upstream.truncate(room(limit));
    upstream
}

/// For the two names, where one is shortened.
fn room(limit: usize) -> usize {
    limit.clamp(MIN_LIMIT, ToolName::MAX_LENGTH) - SEPARATOR.len() - 1 - DIGITS
}

/// One byte a character.
fn plain(name: &str) -> String {
    let plain = |c| if is_plain_character(c) { c } else { '_' };
    name.chars().map(plain).collect()
}

fn digest(upstream: &str, tool: &str) -> String {
    let mut hash = Sha256::new();
    // The length tells where the first ends.
    hash.update((upstream.len() as u64).to_be_bytes());
    hash.update(upstream);
    hash.update(tool);
    let digest = hash.finalize();
    let bits = digest[..4]
        .iter()
        .fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte));
    let digit = |nth| ALPHABET[(bits >> (27 - 5 * nth)) as usize & 31];
    (0..DIGITS).map(|nth| char::from(digit(nth))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    fn name(upstream: &str, tool: &str) -> String {
        advertised(upstream, tool, DEFAULT_LIMIT)
            .as_str()
            .to_owned()
    }

    #[test]
    fn a_name_that_all_can_take_is_the_two_joined() {
        assert_eq!(name("github", "search_issues"), "github__search_issues");
        assert_eq!(name("a-b", "_c"), "a-b___c");
        let longest = "x".repeat(48 - "github__".len());
        assert_eq!(name("github", &longest), format!("github__{longest}"));
    }

    #[test]
    fn any_other_keeps_its_end_and_gets_a_digest_of_the_pair() {
        assert_eq!(
            name(
                "github",
                "list_all_open_pull_requests_of_a_repository_by_author"
            ),
            "github__equests_of_a_repository_by_author_v3vj7x"
        );
        assert_eq!(
            name("my server", "größe/v1.2"),
            "my_server__gr__e_v1_2_dvv2oc"
        );
        assert_eq!(name("", ""), "___v5kxb5");
    }

    #[test]
    fn a_name_may_be_of_the_upstream_it_was_made_of() {
        let long = "an_upstream_with_a_long_name";
        for upstream in ["github", "my server", "a.b", "a__b", "x_", long] {
            for tool in ["echo", "a/b", &"t".repeat(60)] {
                for limit in [MIN_LIMIT, DEFAULT_LIMIT] {
                    let name = advertised(upstream, tool, limit);
                    assert!(may_be_of(name.as_str(), upstream, limit), "{name}");
                }
            }
        }
        assert!(!may_be_of("github__echo", "git", DEFAULT_LIMIT));
        assert!(!may_be_of("echo", "github", DEFAULT_LIMIT));
    }

    #[test]
    fn two_pairs_that_read_alike_when_joined_are_told_apart() {
        assert_eq!(name("a", "b__c"), "a__b__c");
        assert_ne!(name("a__b", "c"), "a__b__c");
        assert_ne!(name("a_", "b"), name("a", "_b"));
        assert_ne!(name("my server", "x"), name("my.server", "x"));
    }

    #[test]
    fn a_limit_changes_no_name_that_is_within_it() {
        for limit in [0, 24, 48, 64, usize::MAX] {
            assert_eq!(
                advertised("github", "search", limit).as_str(),
                "github__search"
            );
        }
    }

    fn names() -> impl Strategy<Value = String> {
        prop_oneof!["[a-c_]{0,4}", "[a-zA-Z0-9_-]{0,80}", ".{0,40}"]
    }

    proptest! {
        #[test]
        fn every_pair_has_a_valid_name_within_the_limit(upstream in names(), tool in names(), limit in 0_usize..100) {
            let name = advertised(&upstream, &tool, limit);
            let text = name.as_str();
            prop_assert!(text.len() <= limit.clamp(MIN_LIMIT, 64), "{}", text);
            prop_assert!(is_plain(text), "{}", text);
            prop_assert!(text.contains(SEPARATOR), "{}", text);
            prop_assert_eq!(advertised(&upstream, &tool, limit), name);
        }

        #[test]
        fn no_two_pairs_share_a_name(pairs in prop::collection::vec((names(), names()), 2..60)) {
            let mut seen: HashMap<String, &(String, String)> = HashMap::new();
            for pair in &pairs {
                let name = name(&pair.0, &pair.1);
                prop_assert!(*seen.entry(name).or_insert(pair) == pair);
            }
        }
    }
}
