//! Files that a run had uploaded and did not get to attach: no store names them, so their own names say whose they are.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::time::{Duration, Instant, SystemTime};

use anyhow::Context as _;
use mesh_clients::openai::UploadedFile;
use mesh_core::{Deadline, hex};
use sha2::{Digest as _, Sha256};

use super::super::retry::retried;
use super::{Store, TIMEOUT};

/// A younger one may be of a run that is about to attach it.
const MIN_AGE: Duration = Duration::from_secs(3_600);

/// What the names of files for one store have in common: `refunds.mesh-1a2b3c4d-0123456789abcdef.md`.
#[derive(Debug)]
pub(super) struct Mark(String);

/// So much of a document's hash is in the name.
const HASH_CHARS: usize = 16;

impl Mark {
    pub(super) fn of(store: &str) -> Self {
        let hash = hex(&Sha256::digest(store));
        Self(format!("mesh-{}-", &hash[..8]))
    }

    /// How a file is read goes by the end of its name.
    pub(super) fn name(&self, stem: &str, hash: &str) -> String {
        format!("{stem}.{self}{}.md", &hash[..HASH_CHARS])
    }

    /// The beginning of the hash of the document that a file of this store has.
    fn hash_in<'n>(&self, filename: &'n str) -> Option<&'n str> {
        let (_, last) = filename.strip_suffix(".md")?.rsplit_once('.')?;
        let hash = last.strip_prefix(&self.0)?;
        let is_hash = hash.len() == HASH_CHARS && hash.bytes().all(|b| b.is_ascii_hexdigit());
        is_hash.then_some(hash)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// By the beginning of the document's hash.
#[derive(Debug, Default)]
pub(super) struct Leftovers(HashMap<String, Vec<UploadedFile>>);

impl Leftovers {
    /// One that has this document, and need not be uploaded again.
    pub(super) fn take(&mut self, hash: &str) -> Option<String> {
        let files = self.0.get_mut(&hash[..HASH_CHARS])?;
        files.pop().map(|file| file.id)
    }

    /// What is left to be deleted.
    pub(super) fn old(self, now: SystemTime) -> impl Iterator<Item = UploadedFile> {
        let since = now.duration_since(SystemTime::UNIX_EPOCH);
        let oldest_kept = since.unwrap_or_default().saturating_sub(MIN_AGE).as_secs();
        let left = self.0.into_values().flatten();
        left.filter(move |file| file.created_at < oldest_kept)
    }
}

impl Store<'_> {
    pub(super) async fn leftovers(&self, attached: &HashSet<String>) -> anyhow::Result<Leftovers> {
        let mut leftovers = Leftovers::default();
        let mut after = None;
        loop {
            let page = retried(self.progress, "OpenAI", async || {
                let deadline = Deadline::after(Instant::now(), TIMEOUT);
                self.openai
                    .uploaded_files(self.key, after.as_deref(), deadline)
                    .await
            });
            let page = page.await.context("OpenAI")?;
            for file in page.files {
                let hash = self.mark.hash_in(&file.filename).map(str::to_owned);
                if let Some(hash) = hash.filter(|_| !attached.contains(&file.id)) {
                    leftovers.0.entry(hash).or_default().push(file);
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(leftovers);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_name_and_no_other_is() {
        let mark = Mark::of("vs_1");
        let hash = "0123456789abcdef0123456789abcdef";
        let name = mark.name("a.b", hash);
        assert_eq!(mark.hash_in(&name), Some("0123456789abcdef"));
        assert_eq!(Mark::of("vs_2").hash_in(&name), None);
        for other in ["a.md", ".md", "a.mesh-1a2b3c4d-.md", "a"] {
            assert_eq!(mark.hash_in(other), None, "{other}");
        }
        assert_eq!(mark.hash_in(&format!("{name}.md")), None);
    }
}
