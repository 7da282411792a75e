use std::collections::BTreeSet;

use tantivy::TantivyError;

use super::{Corpus, Snapshot};
use crate::record::Record;
use crate::search::{SearchError, is_hash};
use crate::store::patch_id;

impl Corpus {
    /// Everything of that id, in the order of its file: the passages of a document, the stretches of a source file, or one
    /// ticket, commit or message. A ticket and a message are found by `path:line` too, a commit by the beginning of its
    /// hash where no other begins so.
    ///
    /// # Errors
    /// Where the corpus is damaged.
    pub fn by_id(&self, id: &str) -> Result<Vec<Record>, SearchError> {
        let snapshot = self.snapshot();
        let id = id.trim();
        let mut found = snapshot.records(snapshot.fields.id, id)?;
        if found.is_empty() && is_hash(id) {
            found = commit_beginning(&snapshot, &id.to_lowercase())?;
        }
        let others: Vec<bool> = found
            .iter()
            .map(|record| is_another_message(&found[0], record, id))
            .collect();
        for (record, is_another) in found.iter_mut().zip(others) {
            match record {
                Record::Commit(commit) => {
                    let patches = snapshot.stored(snapshot.fields.id, &patch_id(&commit.hash))?;
                    commit.patch = patches.into_iter().next().unwrap_or_default();
                }
                Record::Mail(mail) if is_another => mail.id = mail.place(),
                // By its place, which says nothing of what has its id.
                Record::Mail(mail) if mail.id != id => snapshot.cite(mail)?,
                _ => {}
            }
        }
        Ok(found)
    }
}

/// Whether both are messages of this id, and not the same.
fn is_another_message(first: &Record, record: &Record, id: &str) -> bool {
    match (first, record) {
        (Record::Mail(first), Record::Mail(mail)) => {
            mail.id == id && first.sameness() != mail.sameness()
        }
        _ => false,
    }
}

fn commit_beginning(snapshot: &Snapshot, hash: &str) -> Result<Vec<Record>, TantivyError> {
    let mut hashes = BTreeSet::new();
    for segment in snapshot.searcher.segment_readers() {
        let index = segment.inverted_index(snapshot.fields.id)?;
        let mut terms = index.terms().range().ge(hash.as_bytes()).into_stream()?;
        while terms.advance() && terms.key().starts_with(hash.as_bytes()) {
            hashes.extend(str::from_utf8(terms.key()).map(str::to_owned));
        }
    }
    let mut commits = Vec::new();
    for hash in hashes {
        let records = snapshot.records(snapshot.fields.id, &hash)?;
        commits.extend(
            records
                .into_iter()
                .filter(|record| matches!(record, Record::Commit(_))),
        );
    }
    // The same commit may be in two clones.
    let hash_of = |record: &Record| match record {
        Record::Commit(commit) => commit.hash.clone(),
        _ => String::new(),
    };
    commits.dedup_by(|a, b| hash_of(a) == hash_of(b));
    if commits.len() > 1 {
        commits.clear();
    }
    Ok(commits)
}
