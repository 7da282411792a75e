//! Sentence vectors beside a corpus, in its folder `vectors`: the model, a vector for each text, licence and notice.
//!
//! A vector is found by the text it was made of, so that it outlives commits: a run adds those of new texts, and drops those
//! of texts that are gone, after its commit. A passage without one is found by its words alone.

#[cfg(feature = "ingest")]
mod encode;
mod files;
#[cfg(feature = "ingest")]
mod replace;
mod served;
mod table;
mod text;

use std::path::Path;

#[cfg(feature = "ingest")]
pub use encode::{EncodeError, EncodeProgress, Encoded, encode};
pub use served::VectorsError;

pub(crate) use served::{Meaning, Row};
pub(crate) use text::key;

/// When the vectors of a corpus were last written; `None` where it has none.
pub(crate) fn changed(corpus: &Path) -> Option<std::time::SystemTime> {
    let table = files::table_path(corpus).symlink_metadata();
    table.and_then(|table| table.modified()).ok()
}

/// Whether a corpus has vectors, or begins to: they are kept up with it from then on.
#[must_use]
pub fn has_model(corpus: &Path) -> bool {
    files::model_path(corpus).is_file()
}
