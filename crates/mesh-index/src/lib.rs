//! The embedded corpus: what `mesh index` reads, how it is kept, and how it is searched.
//!
//! It knows no MCP, no HTTP and no vendor.

pub mod record;

pub use record::{CodePassage, Commit, Kind, Mail, Passage, Record, Ticket};
