//! Sound on its way in and out: in which format, how large, and where it goes.

mod bucket;
mod carrier;
mod folder;
mod format;
mod input;
mod length;
mod mode;
mod room;
mod sound_file;
mod spool;

pub use bucket::Bucket;
pub(crate) use bucket::{Named, digest_of};
pub(crate) use carrier::{Asked, Carrier, random_id};
pub use folder::Folder;
pub use format::OutputFormat;
pub(crate) use format::media_type_of;
pub(crate) use input::{MAX_BASE64, Recording};
pub(crate) use length::Length;
pub use mode::OutputMode;
pub(crate) use room::{fits, max_embedded, refuse_too_large, refuse_too_long, refuse_unknown};
pub use sound_file::SoundFile;
pub(crate) use spool::Spool;

use crate::error::ToolError;

/// What is answered where something fails after the vendor has done its part.
fn charged(why: &str) -> ToolError {
    ToolError::Unavailable(format!(
        "{why}; it may have been charged, and nothing was kept"
    ))
}
