//! How a corpus is kept: sources, manifest and records in one tantivy index, so that one commit shows all of them at once
//! and a run that stops halfway shows nothing.

pub(crate) mod commit;
pub(crate) mod date;
pub(crate) mod directory;
mod document_id;
mod entry;
mod error;
pub(crate) mod folder;
mod header;
mod link;
mod links;
mod losses;
mod manifest;
pub(crate) mod parts;
mod roots;
mod schema;
mod source;
pub(crate) mod trouble;
mod writer;

pub use document_id::document_id;
pub use error::StoreError;
pub use header::KindCount;
pub use link::{Link, LinkError};
pub use links::Linking;
pub use source::{FileState, Source, SourceKind};
pub use writer::{Fingerprints, Writer};

pub(crate) use entry::{ManifestEntry, filter_value, patch_id};
pub(crate) use header::{FORMAT, Header};
pub(crate) use links::Links;
pub(crate) use losses::Losses;
pub(crate) use manifest::read_entries;
pub(crate) use roots::Roots;
pub(crate) use schema::Fields;
