//! What the last commit of a corpus says of itself.

use std::path::Path;

use mesh_core::hex;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use tantivy::error::DataCorruption;
use tantivy::{Directory as _, Index, TantivyError};

use crate::store::{FORMAT, Fields, Header};

/// What the last commit said; `None` before the first one. One that says something else is never taken for none: a run would
/// begin the corpus anew, without its sources.
pub(super) fn read_header(index: &Index) -> Result<Option<Header>, HeaderError> {
    header_in(index, &read_meta(index)?)
}

fn header_in(index: &Index, meta: &[u8]) -> Result<Option<Header>, HeaderError> {
    let Meta { payload } = serde_json::from_slice(meta).map_err(|why| damaged(&why))?;
    let Some(payload) = payload else {
        return Ok(None);
    };
    let version: Version = match serde_json::from_str(&payload) {
        Ok(version) => version,
        Err(_) if index.schema() != Fields::define().0 => return Err(HeaderError::Foreign),
        Err(why) => return Err(damaged(&why)),
    };
    match serde_json::from_str(&payload) {
        Ok(header) => Ok(Some(header)),
        Err(why) if version.format == FORMAT => Err(damaged(&why)),
        Err(_) => Err(HeaderError::Format(version.format)),
    }
}

fn damaged(why: &serde_json::Error) -> HeaderError {
    let comment = format!("what its last run said can't be read: {why}");
    TantivyError::DataCorruption(DataCorruption::new("meta.json".into(), comment)).into()
}

fn read_meta(index: &Index) -> Result<Vec<u8>, HeaderError> {
    let meta = index.directory().atomic_read(Path::new("meta.json"));
    Ok(meta.map_err(TantivyError::from)?)
}

/// What a commit of ours says in tantivy's `meta.json`.
#[derive(Deserialize)]
struct Meta {
    #[serde(default)]
    payload: Option<String>,
}

/// What a header of every version begins with.
#[derive(Deserialize)]
struct Version {
    format: u32,
}

/// Why a commit has no header.
#[derive(Debug)]
pub(crate) enum HeaderError {
    /// Somebody else's index.
    Foreign,
    /// A version whose headers hold what this one does not know.
    Format(u32),
    Index(TantivyError),
}

impl From<TantivyError> for HeaderError {
    fn from(error: TantivyError) -> Self {
        Self::Index(error)
    }
}

/// A commit's header, and by what the commit is told from all others.
pub(crate) struct Commit {
    pub(crate) header: Header,
    /// The first 16 digits of the SHA-256 of `meta.json`, so that whoever has only the files can tell it too.
    pub(crate) fingerprint: String,
}

/// The last commit; `None` before the first one. Header and fingerprint are of the same bytes, whoever writes meanwhile.
pub(crate) fn read_commit(index: &Index) -> Result<Option<Commit>, HeaderError> {
    let meta = read_meta(index)?;
    let Some(header) = header_in(index, &meta)? else {
        return Ok(None);
    };
    let digest = Sha256::digest(meta);
    Ok(Some(Commit {
        header,
        fingerprint: hex(&digest[..8]),
    }))
}
