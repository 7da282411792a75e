use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::store::Source;

/// How much each source had of which most was found gone, until that is accepted or it is back: what is read meanwhile must not
/// make it look like little.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Losses(BTreeMap<String, u64>);

impl Losses {
    #[cfg(feature = "ingest")]
    pub(crate) fn of(&self, source: &Source) -> Option<u64> {
        self.0.get(&source.term()).copied()
    }

    #[cfg(feature = "ingest")]
    pub(crate) fn set(&mut self, source: &Source, had: Option<u64>) {
        match had {
            Some(had) => self.0.insert(source.term(), had),
            None => self.0.remove(&source.term()),
        };
    }

    pub(crate) fn retain(&mut self, sources: &[Source]) {
        self.0
            .retain(|term, _| sources.iter().any(|source| source.term() == *term));
    }
}
