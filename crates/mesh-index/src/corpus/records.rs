use std::sync::Arc;
use std::vec;

use tantivy::DocAddress;

use super::{Corpus, Snapshot};
use crate::record::{Kind, Record};
use crate::search::{Clauses, SearchError};

/// Everything of one kind in one commit, read as it is asked for.
#[derive(Debug)]
pub struct Records {
    snapshot: Arc<Snapshot>,
    addresses: vec::IntoIter<DocAddress>,
}

impl Corpus {
    /// All records of a kind, in no order; each ticket once, and commits without their patches.
    ///
    /// # Errors
    /// Where the corpus is damaged.
    pub fn records(&self, kind: Kind) -> Result<Records, SearchError> {
        let snapshot = self.snapshot();
        let query = Clauses::none(&snapshot.fields).all_of(kind);
        let mut addresses = snapshot.addresses(&query)?;
        // A block of stored records is unpacked once for all that are in it.
        addresses.sort_unstable();
        Ok(Records {
            snapshot,
            addresses: addresses.into_iter(),
        })
    }
}

impl Iterator for Records {
    type Item = Result<Record, SearchError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let address = self.addresses.next()?;
            match self.snapshot.record(address) {
                Ok(Some(record)) => return Some(Ok(record)),
                Ok(None) => {}
                Err(error) => return Some(Err(error.into())),
            }
        }
    }
}
