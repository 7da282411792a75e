use std::collections::BTreeMap;
#[cfg(feature = "ingest")]
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::store::Source;

/// Where each source was when it was named: a relative path means something else in another working directory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Roots(BTreeMap<String, String>);

impl Roots {
    #[cfg(feature = "ingest")]
    pub(crate) fn of(&self, source: &Source) -> PathBuf {
        let root = self.0.get(&source.term()).unwrap_or(&source.path);
        PathBuf::from(root)
    }

    /// The root of a source, where another place than `path` is meant by the same name: both are there.
    #[cfg(feature = "ingest")]
    pub(crate) fn other(&self, source: &Source, path: &Path) -> Option<PathBuf> {
        let root = PathBuf::from(self.0.get(&source.term())?);
        // What may not be looked at is there still, as far as anyone can tell.
        let is_there = root.try_exists().unwrap_or(true);
        (is_there && whole(&root) != whole(path)).then_some(root)
    }

    /// A place that is not text, or that the system doesn't tell, stays what the source was named.
    #[cfg(feature = "ingest")]
    pub(crate) fn set(&mut self, source: &Source, path: &Path) {
        let absolute = std::path::absolute(path).ok();
        match absolute.as_deref().and_then(Path::to_str) {
            Some(root) => self.0.insert(source.term(), root.to_owned()),
            None => self.0.remove(&source.term()),
        };
    }

    pub(crate) fn retain(&mut self, sources: &[Source]) {
        self.0
            .retain(|term, _| sources.iter().any(|source| source.term() == *term));
    }
}

/// One name for a place, however links and `..` lead there.
#[cfg(feature = "ingest")]
fn whole(path: &Path) -> PathBuf {
    let absolute = || std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.canonicalize().unwrap_or_else(|_| absolute())
}
