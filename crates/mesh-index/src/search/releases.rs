//! Release notes and guides to upgrading: they mention all that ever changed, and explain little of it. Where a manual answers too,
//! they come after it, unless they are what is asked for.

use super::item::Item;
use super::parsed_query::ParsedQuery;
use super::rank::Scored;
use super::threshold::DEFAULT_THRESHOLD_KNOWLEDGE;

/// What of the odds of such a passage is left. Found on questions about the manuals of four projects that keep their release
/// notes beside them.
const SHARE_OF_THE_ODDS: f32 = 0.135;

/// Names of files, alone or before a version.
const FILES: [&str; 10] = [
    "change-log",
    "change_log",
    "changelog",
    "changes",
    "history",
    "news",
    "release-notes",
    "release_notes",
    "releasenotes",
    "relnotes",
];

/// With what names of other files begin.
const STEMS: [&str; 4] = ["migrat", "upgrad", "whats-new", "whatsnew"];

/// Folders with a file for each release.
const FOLDERS: [&str; 7] = [
    "changelog",
    "changelogs",
    "release-notes",
    "release_notes",
    "releases",
    "relnotes",
    "whatsnew",
];

const TITLES: [&str; 10] = [
    "change history",
    "change log",
    "changelog",
    "migrating",
    "migration guide",
    "release note",
    "upgrading",
    "what is new",
    "what's new",
    "what\u{2019}s new",
];

/// With what words begin that ask for them.
const ASKED: [&str; 9] = [
    "breaking", "changed", "changes", "deprecat", "migrat", "releas", "removed", "upgrad",
    "version",
];

/// Puts release notes behind passages of other documents, if any of these is an answer.
pub(super) fn step_back<T: Item>(scored: &mut [Scored<T>], asked: &ParsedQuery, text: &str) {
    if asked.sentence() <= 0.0 || are_asked_for(text) {
        return;
    }
    let is_answered = scored
        .iter()
        .any(|one| one.score >= DEFAULT_THRESHOLD_KNOWLEDGE && !one.item.tells_of_releases());
    if !is_answered {
        return;
    }
    for one in scored.iter_mut().filter(|one| one.item.tells_of_releases()) {
        let odds = SHARE_OF_THE_ODDS * one.score / (1.0 - one.score).max(f32::MIN_POSITIVE);
        one.score = odds / (1.0 + odds);
    }
}

fn are_asked_for(text: &str) -> bool {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric());
    has_version(&text)
        || text.contains("new in ")
        || TITLES.iter().any(|title| text.contains(title))
        || words
            .filter(|word| !word.is_empty())
            .any(|word| ASKED.iter().any(|asked| word.starts_with(asked)))
}

fn has_version(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes
        .windows(3)
        .any(|three| three[0].is_ascii_digit() && three[1] == b'.' && three[2].is_ascii_digit())
}

/// Whether a document is one, by where it lies and what stands above it.
pub(super) fn is_one(path: &str, title: &str, first_heading: Option<&str>) -> bool {
    let path = path.to_lowercase();
    let mut names = path.rsplit(['/', '\\']);
    let file = names.next().unwrap_or_default();
    is_file(file)
        || names.any(|folder| FOLDERS.contains(&folder))
        || is_title(title)
        || first_heading.is_some_and(is_title)
}

fn is_file(name: &str) -> bool {
    let mut versions = FILES.iter().filter_map(|file| name.strip_prefix(file));
    versions.any(|rest| !rest.starts_with(char::is_alphabetic))
        || STEMS.iter().any(|stem| name.starts_with(stem))
        || is_perl_delta(name)
}

/// `perl5180delta.pod`: what is new in a version of Perl.
fn is_perl_delta(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let version = stem
        .strip_prefix("perl")
        .and_then(|rest| rest.strip_suffix("delta"));
    version.is_some_and(|version| version.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_title(title: &str) -> bool {
    let title = title.to_lowercase();
    TITLES.iter().any(|known| title.contains(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn release_notes_are_known_by_their_names_and_their_titles() {
        for path in [
            "CHANGELOG.md",
            "docs/changes-2.x.rst",
            "docs/releases/5.2.txt",
            "docs/history/whatsnew-4.0.rst",
            "guide/migration.md",
            "Guides/Migration-Guide-V5.md",
            "UPGRADING.txt",
            "perl/perl5180delta.md",
            "perldelta.pod",
        ] {
            assert!(is_one(path, "", None), "{path}");
        }
        for path in [
            "newsletter/may.md",
            "changeset.md",
            "historian.md",
            "docs/delta.md",
        ] {
            assert!(!is_one(path, "Guide", Some("Usage")), "{path}");
        }
        assert!(is_one("a.md", "What\u{2019}s New In Python 3.12", None));
        assert!(is_one(
            "a.rst",
            "a.rst",
            Some("Change history for Celery 1.0")
        ));
    }

    #[test]
    fn whoever_asks_for_them_gets_them() {
        for question in [
            "What changed in the last release?",
            "does 2.3 still support sqlite",
            "how do I upgrade from the old server",
            "what's new for administrators",
        ] {
            assert!(are_asked_for(question), "{question}");
        }
        for question in [
            "How do I change the port?",
            "how can I remove a user from a team",
        ] {
            assert!(!are_asked_for(question), "{question}");
        }
    }
}
