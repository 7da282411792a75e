use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::store::{Link, Source, SourceKind};

/// The link of a source as it was named, or that it has none any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linking {
    pub kind: SourceKind,
    pub path: PathBuf,
    pub link: Option<Link>,
}

/// Which source is found where by people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Links(BTreeMap<String, Link>);

impl Links {
    pub(crate) fn of(&self, source: &Source) -> Option<&Link> {
        self.0.get(&source.term())
    }

    pub(crate) fn set(&mut self, source: &Source, link: Option<Link>) {
        match link {
            Some(link) => self.0.insert(source.term(), link),
            None => self.0.remove(&source.term()),
        };
    }

    pub(crate) fn retain(&mut self, sources: &[Source]) {
        self.0
            .retain(|term, _| sources.iter().any(|source| source.term() == *term));
    }

    /// The link of the source that `path` was read from, and what `path` is called below it; of sources within each other,
    /// the innermost.
    pub(crate) fn of_path<'a>(
        &self,
        sources: &[Source],
        kind: SourceKind,
        path: &'a str,
    ) -> Option<(&Link, &'a str)> {
        let of_kind = sources.iter().filter(|source| source.kind == kind);
        let (source, below) = of_kind
            .filter_map(|source| Some((source, below(source, path)?)))
            .min_by_key(|(_, below)| below.len())?;
        Some((self.of(source)?, below))
    }
}

fn below<'a>(source: &Source, path: &'a str) -> Option<&'a str> {
    if source.path == "." {
        return Some(path);
    }
    let rest = path.strip_prefix(source.path.trim_end_matches('/'))?;
    if rest.is_empty() {
        return Some(rest);
    }
    rest.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_source_of_the_kind_counts() {
        let source = |kind, path: &str| Source {
            kind,
            path: path.to_owned(),
        };
        let sources = [
            source(SourceKind::Knowledge, "."),
            source(SourceKind::Knowledge, "docs"),
            source(SourceKind::Knowledge, "docs/one.md"),
            source(SourceKind::Knowledge, "docs/unlinked"),
            source(SourceKind::Code, "docs/api"),
        ];
        let mut links = Links::default();
        let named = [
            "https://a.example",
            "https://b.example",
            "https://c.example",
        ];
        for (source, link) in sources.iter().zip(named) {
            links.set(source, Some(Link::parse(link).expect("an address")));
        }
        let found = |path| {
            let (link, below) = links.of_path(&sources, SourceKind::Knowledge, path)?;
            Some(link.to(below))
        };
        for (path, expected) in [
            ("docs/api/x.md", Some("https://b.example/api/x.md")),
            ("docsx/x.md", Some("https://a.example/docsx/x.md")),
            ("docs/one.md", Some("https://c.example")),
            ("docs/unlinked/x.md", None),
        ] {
            assert_eq!(found(path).as_deref(), expected, "{path}");
        }
    }
}
