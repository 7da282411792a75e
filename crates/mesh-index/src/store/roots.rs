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
