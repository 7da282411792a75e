//! The embedded corpus: what `mesh index` reads, how it is kept, and how it is searched.
//!
//! It knows no MCP, no HTTP and no vendor.

pub mod analysis;
pub mod ingest;
pub mod record;
pub mod store;

pub use record::{CodePassage, Commit, Kind, Mail, Passage, Record, Ticket};
