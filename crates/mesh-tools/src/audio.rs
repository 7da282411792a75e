//! Sound on its way in and out: in which format, how large, and where it goes.

mod deliver;
mod folder;
mod format;
mod input;
mod mode;

pub use deliver::SoundFile;
pub(crate) use deliver::{Asked, Carrier, refuse_too_large};
pub use folder::Folder;
pub use format::OutputFormat;
pub(crate) use input::{MAX_BASE64, Recording};
pub use mode::OutputMode;
