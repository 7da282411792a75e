//! What people are called now, as `git log` tells it by way of a `.mailmap`.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::path::Path;

use gix::Repository;
use gix::actor::SignatureRef;
use gix::bstr::{BStr, ByteSlice};
use gix::mailmap::Snapshot;

use super::head;
use crate::ingest::identity::derive;

/// Where git looks for it: in the work tree, or in the last commit of a bare repository.
const NAME: &str = ".mailmap";

/// A list of the people of a large project has some hundred kilobytes; more is none.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

#[derive(Debug, Default)]
pub(super) struct Mailmap {
    people: Snapshot,
    version: String,
}

impl Mailmap {
    pub(super) fn of(repository: &Repository) -> Self {
        let own = match repository.workdir() {
            // Git follows no link here, since whoever is cloned may have made it.
            Some(top) => file(&top.join(NAME), |path| path.symlink_metadata()),
            None => committed(repository),
        };
        let texts: Vec<Vec<u8>> = [own, configured(repository)]
            .into_iter()
            .flatten()
            .collect();
        if texts.is_empty() {
            return Self::default();
        }
        let text = texts.join(&b'\n');
        Self {
            version: derive(&[&text.to_str_lossy()]),
            people: Snapshot::from_bytes(&text),
        }
    }

    /// Another one where the content is another; empty where there is none.
    pub(super) fn version(&self) -> &str {
        &self.version
    }

    /// Name and address as they are now.
    pub(super) fn resolve(&self, name: String, email: String) -> (String, String) {
        let signature = SignatureRef {
            name: name.as_bytes().as_bstr(),
            email: email.as_bytes().as_bstr(),
            time: "",
        };
        let (now_name, now_email) = match self.people.try_resolve_ref(signature) {
            Some(now) => (now.name.map(text), now.email.map(text)),
            None => (None, None),
        };
        (now_name.unwrap_or(name), now_email.unwrap_or(email))
    }
}

fn text(name: &BStr) -> String {
    name.to_str_lossy().into_owned()
}

/// The file of the repository's setting `mailmap.file`.
fn configured(repository: &Repository) -> Option<Vec<u8>> {
    let named = repository.config_snapshot().string("mailmap.file")?;
    let named = gix::path::from_bstr(named.as_bstr()).ok()?.into_owned();
    let top = repository.workdir().unwrap_or_else(|| repository.git_dir());
    file(&top.join(named), |path| path.metadata())
}

fn committed(repository: &Repository) -> Option<Vec<u8>> {
    let commit = repository.find_commit(head::tip(repository).ok()?).ok()?;
    let entry = commit.tree().ok()?.find_entry(NAME)?.id().detach();
    let is_small = repository.find_header(entry).ok()?.size() <= MAX_BYTES;
    let blob = is_small.then(|| repository.find_blob(entry).ok())??;
    Some(blob.data.clone())
}

fn file(path: &Path, look: impl Fn(&Path) -> io::Result<Metadata>) -> Option<Vec<u8>> {
    let found = look(path).ok()?;
    if !found.is_file() || found.len() > MAX_BYTES {
        return None;
    }
    let mut bytes = Vec::new();
    let file = File::open(path).ok()?;
    file.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
