//! Readers: from the bytes of one file to records.
//!
//! None is meant to panic, whatever the bytes are; whoever runs them contains a panic all the same. A PDF is read by a
//! library on a thread of its own, within the limits `pdf` tells.

pub mod code;
pub mod document;
pub mod docx;
pub mod epub;
pub mod git;
pub mod html;
pub mod mail;
pub mod markdown;
pub mod odt;
pub mod pdf;
pub mod pptx;
pub mod rst;
pub mod rtf;
pub mod text;
pub mod tickets;
pub mod walk;
pub mod xlsx;

mod changelog;
mod code_page;
mod decode;
mod front_matter;
mod lines;
mod link;
mod notes;
mod numerals;
mod office;
mod outline;
mod packed;
mod sizing;
mod skip;
mod slug;
mod substitutions;
mod table;
mod title;
mod visible;

pub(crate) use crate::identity;
pub use notes::{Group, Notes, Place, Subject};
pub use skip::{ByteSize, SkipReason, Skipped};
