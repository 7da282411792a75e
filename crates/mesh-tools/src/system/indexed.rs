//! What is indexed here, in a sentence: by it an agent tells one such server from another.

use mesh_index::{Corpus, Kind, Stats};

use crate::context::Services;

/// Names of sources told for one kind.
const MAX_SOURCES: usize = 4;

/// What the corpus has of these kinds; none without a corpus, or where it has none of them.
///
/// The names are the last parts of the sources' paths: where they lie on the indexing machine is nobody's business.
#[must_use]
pub fn indexed(services: &Services, kinds: &[Kind]) -> Option<String> {
    let corpus = services.corpus()?;
    let stats = corpus.stats();
    let parts = kinds.iter().filter_map(|kind| part(corpus, &stats, *kind));
    let parts: Vec<String> = parts.collect();
    let day = stats.indexed_at.get(..10).unwrap_or(&stats.indexed_at);
    (!parts.is_empty()).then(|| format!("Indexed here: {}; read on {day}.", parts.join(", ")))
}

/// What there is of these kinds, by the names of its sources alone.
///
/// It stays the same when the corpus is read anew: a client that has approved a tool's description asks a person again when it
/// differs.
#[must_use]
pub fn indexed_sources(services: &Services, kinds: &[Kind]) -> Option<String> {
    let stats = services.corpus()?.stats();
    let parts = kinds.iter().filter_map(|kind| {
        let count = stats.kinds.get(kind)?.documents;
        let names = sources(&stats, *kind).map_or_else(String::new, |names| format!(" ({names})"));
        (count > 0).then(|| format!("{}s{names}", thing(*kind)))
    });
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| format!("Indexed here: {}.", parts.join(", ")))
}

const fn thing(kind: Kind) -> &'static str {
    match kind {
        Kind::Knowledge => "document",
        Kind::Ticket => "ticket",
        Kind::Commit => "commit",
        Kind::Code => "source file",
        Kind::Mail => "message",
    }
}

fn part(corpus: &Corpus, stats: &Stats, kind: Kind) -> Option<String> {
    let count = stats.kinds.get(&kind)?.documents;
    let thing = thing(kind);
    let plural = if count == 1 { "" } else { "s" };
    match count {
        0 => None,
        _ => {
            let details = [sources(stats, kind), newest(corpus, kind)];
            let details: Vec<String> = details.into_iter().flatten().collect();
            let details = match details.is_empty() {
                true => String::new(),
                false => format!(" ({})", details.join("; ")),
            };
            Some(format!("{count} {thing}{plural}{details}"))
        }
    }
}

/// By the things' own dates. What cannot be read is told by the tool that needs it.
fn newest(corpus: &Corpus, kind: Kind) -> Option<String> {
    let what = match kind {
        Kind::Ticket => "last updated",
        _ => "newest",
    };
    let day = corpus.newest(kind).ok().flatten()?;
    Some(format!("{what} {day}"))
}

fn sources(stats: &Stats, kind: Kind) -> Option<String> {
    let sources = stats.sources.iter();
    let mut names: Vec<&str> = sources
        .filter(|source| source.kind.records() == kind)
        .filter_map(|source| name(&source.path))
        .collect();
    names.dedup();
    let more = names.len().saturating_sub(MAX_SOURCES);
    names.truncate(MAX_SOURCES);
    let listed = names.join(", ");
    match (names.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(listed),
        (false, more) => Some(format!("{listed} and {more} more")),
    }
}

fn name(path: &str) -> Option<&str> {
    let mut parts = path.rsplit(['/', '\\']);
    parts.find(|part| !part.is_empty() && !part.chars().all(|c| c == '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_named_by_the_end_of_its_path() {
        assert_eq!(name("/srv/team/handbook/"), Some("handbook"));
        assert_eq!(name("../docs/."), Some("docs"));
        assert_eq!(name("."), None);
    }
}
