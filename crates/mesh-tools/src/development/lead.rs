//! What to look at first: everything found in one list, each with the reason that can be read off it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use mesh_index::{CodePassage, Commit, Ticket};
use schemars::JsonSchema;
use serde::Serialize;

use crate::development::area::{Area, Urgency};
use crate::development::finding::Finding;
use crate::development::gather::Evidence;
use crate::development::names::is_file;
use crate::development::passages::FoundPassage;
use crate::tracker::ticket_uri;
use crate::words::shared_words;

/// Something to look at, and why.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(super) struct Lead {
    pub(super) what: String,
    pub(super) why: String,
    /// A path with line, a commit's hash, or the address of a resource of this server; of what only a vendor has, its path,
    /// hash or key.
    #[serde(rename = "ref")]
    pub(super) reference: String,
}

/// The task as the leads are weighed against.
pub(super) struct Task<'a> {
    pub(super) text: &'a str,
    pub(super) names: &'a [String],
    pub(super) area: Option<Area>,
    pub(super) urgency: Urgency,
}

struct Candidate {
    weight: f32,
    /// The file or thing: only the best candidate of each is kept.
    of: String,
    lead: Lead,
}

/// More than this is not "first" any more.
const MAX: usize = 8;

/// The code is where the work is done; a commit points to it by a detour.
const CODE: f32 = 1.0;
const TICKET: f32 = 0.95;
const PASSAGE: f32 = 0.9;
const COMMIT: f32 = 0.75;
/// What is added for what the caller has named, or placed in the area.
const NAMED: f32 = 0.5;
const IN_AREA: f32 = 0.1;
/// What is added for a file that matching commits changed.
const CHANGED: f32 = 0.1;
/// What is added for commits, where the cause is likely a recent change.
const URGENT: f32 = 0.2;

pub(super) fn rank(task: &Task<'_>, evidence: &Evidence) -> Vec<Lead> {
    let changes = changes(&evidence.commits);
    let mut all: Vec<Candidate> = Vec::new();
    all.extend(evidence.code.iter().map(|hit| code(task, hit, &changes)));
    all.extend(evidence.passages.iter().map(|hit| passage(task, hit)));
    all.extend(evidence.tickets.iter().map(|hit| ticket(task, hit)));
    all.extend(evidence.commits.iter().map(|hit| commit(task, hit)));
    all.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let mut seen = HashSet::new();
    all.retain(|candidate| seen.insert(candidate.of.clone()));
    all.into_iter()
        .take(MAX)
        .map(|candidate| candidate.lead)
        .collect()
}

/// How many of the commits changed each file.
fn changes(commits: &[Finding<Commit>]) -> BTreeMap<&str, usize> {
    let mut changes = BTreeMap::new();
    for file in commits.iter().flat_map(|hit| &hit.item.files_changed) {
        *changes.entry(file.as_str()).or_default() += 1;
    }
    changes
}

fn code(task: &Task<'_>, hit: &Finding<CodePassage>, changes: &BTreeMap<&str, usize>) -> Candidate {
    let CodePassage {
        path,
        symbol,
        line_start,
        line_end,
        text,
        ..
    } = &hit.item;
    let changed = changes_of(path, changes);
    let mut weight = CODE * backing(task, text) * hit.score + in_area(task, path);
    let mut why = Vec::new();
    if let Some(name) = named(task, path, symbol) {
        weight += NAMED;
        why.push(format!("the code context names `{name}`"));
    }
    if changed > 0 {
        weight += CHANGED;
        why.push(format!("changed by {changed} of the related commits"));
    }
    why.extend(mentions(task, text));
    let place = match hit.is_indexed {
        true => format!("{path}, lines {line_start} to {line_end}"),
        false => path.clone(),
    };
    Candidate {
        weight,
        of: path.clone(),
        lead: Lead {
            what: if symbol.is_empty() {
                place
            } else {
                format!("{symbol} ({place})")
            },
            why: because(&why),
            reference: hit.place(),
        },
    }
}

/// Git names files from the repository's root, the index from where it was started: one ends with the other.
fn changes_of(path: &str, changes: &BTreeMap<&str, usize>) -> usize {
    let same = |file: &str| {
        path == file
            || path
                .strip_suffix(file)
                .is_some_and(|front| front.ends_with('/'))
    };
    changes
        .iter()
        .filter(|(file, _)| same(file))
        .map(|(_, count)| count)
        .sum()
}

fn named<'t>(task: &Task<'t>, path: &str, symbol: &str) -> Option<&'t String> {
    task.names.iter().find(|name| {
        let item_of_symbol = item(symbol);
        // `uploads.rs` names no `Sources.rs`, where `self.send` may be a method of any class.
        let is_extension = path
            .rsplit_once('.')
            .is_some_and(|(_, extension)| extension == item_of_symbol);
        let is_item = !item_of_symbol.is_empty() && !is_extension && item(name) == item_of_symbol;
        let is_path = is_file(name) && path.ends_with(name.as_str());
        *name == symbol || is_item || is_path
    })
}

/// What a name ends with: some languages join names with `::`, others with dots.
fn item(name: &str) -> &str {
    name.rsplit([':', '.']).next().unwrap_or(name)
}

fn passage(task: &Task<'_>, found: &FoundPassage) -> Candidate {
    let FoundPassage { citation, text } = found;
    let score = citation.score.get();
    Candidate {
        weight: PASSAGE * backing(task, text) * score + in_area(task, &citation.path),
        of: found.reference().to_owned(),
        lead: Lead {
            what: format!("{} ({})", citation.place(), citation.path),
            why: because(&mentions(task, text)),
            reference: found.reference().to_owned(),
        },
    }
}

fn ticket(task: &Task<'_>, hit: &Finding<Ticket>) -> Candidate {
    let ticket = &hit.item;
    let state: Vec<_> = [&ticket.status, &ticket.priority]
        .into_iter()
        .filter(|s| !s.is_empty())
        .cloned()
        .collect();
    let mut why = vec![format!("ticket ({})", state.join(", ")).replace(" ()", "")];
    let text = format!("{}\n{}", ticket.summary, ticket.description);
    why.extend(mentions(task, &text));
    Candidate {
        weight: TICKET * backing(task, &text) * hit.score,
        of: ticket.key.clone(),
        lead: Lead {
            what: format!("{}: {}", ticket.key, ticket.summary),
            why: because(&why),
            reference: hit
                .uri(|ticket| ticket_uri(&ticket.key))
                .unwrap_or_else(|| ticket.key.clone()),
        },
    }
}

fn commit(task: &Task<'_>, hit: &Finding<Commit>) -> Candidate {
    let commit = &hit.item;
    let day = commit.date.split('T').next().unwrap_or_default();
    let mut why = vec![format!("commit by {} of {day}", commit.author)];
    why.extend(mentions(task, &commit.message));
    let urgent = if task.urgency.prefers_recent_changes() {
        URGENT
    } else {
        0.0
    };
    Candidate {
        weight: COMMIT * backing(task, &commit.message) * hit.score + urgent,
        of: commit.hash.clone(),
        lead: Lead {
            what: subject(&commit.message).to_owned(),
            why: because(&why),
            reference: commit.hash.clone(),
        },
    }
}

pub(super) fn subject(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

fn in_area(task: &Task<'_>, place: &str) -> f32 {
    match task.area {
        Some(area) if area.holds(place) => IN_AREA,
        _ => 0.0,
    }
}

/// One rare word in common may be chance; three are not.
fn backing(task: &Task<'_>, text: &str) -> f32 {
    match shared_words(task.text, text).len() {
        0 | 1 => 0.5,
        2 => 0.8,
        _ => 1.0,
    }
}

fn mentions(task: &Task<'_>, text: &str) -> Vec<String> {
    let mut words = shared_words(task.text, text);
    words.sort_by_key(|word| Reverse(word.len()));
    words.truncate(5);
    if words.is_empty() {
        return Vec::new();
    }
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    vec![format!("it has {}", quoted.join(", "))]
}

fn because(reasons: &[String]) -> String {
    if reasons.is_empty() {
        "it matches the task".to_owned()
    } else {
        reasons.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, path: &str, symbol: &str) -> bool {
        let names = [name.to_owned()];
        let task = Task {
            text: "",
            names: &names,
            area: None,
            urgency: Urgency::default(),
        };
        named(&task, path, symbol).is_some()
    }

    #[test]
    fn a_method_is_named_in_every_language() {
        for (name, symbol) in [
            ("retry_upload", "retry_upload"),
            ("retry_upload", "Uploads::retry_upload"),
            ("retry_upload", "Uploads.retry_upload"),
            ("self.retry_upload", "Uploads.retry_upload"),
            ("self.send", "Client.send"),
            ("Uploads::retry_upload", "retry_upload"),
            ("aws_bucket.logs", "aws_bucket.logs"),
        ] {
            assert!(check(name, "src/uploads", symbol), "{name} {symbol}");
        }
        for (name, symbol) in [
            ("retry_upload", "Uploads.retry_download"),
            ("retry_upload", ""),
        ] {
            assert!(!check(name, "src/uploads", symbol), "{name} {symbol}");
        }
        assert!(!check("uploads.rs", "src/sources.rs", "Sources.rs"));
        assert!(check("src/uploads.py", "shop/src/uploads.py", "Uploads"));
    }
}
