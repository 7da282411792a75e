//! The embedded corpus: what `mesh index` reads, how it is kept, and how it is searched.
//!
//! It knows no MCP, no HTTP and no vendor.

pub mod analysis;
pub mod corpus;
mod identity;
#[cfg(feature = "ingest")]
pub mod ingest;
pub mod record;
mod regular;
#[cfg(feature = "ingest")]
pub mod run;
pub mod search;
pub mod shortlist;
pub mod store;
pub mod vectors;

pub use corpus::{
    Completion, Corpus, Document, DocumentInfo, Linked, OpenError, Page, ProjectCount, Records,
    Stats, TicketCount,
};
pub use record::{CodePassage, Commit, Kind, Mail, Passage, Record, Rename, Ticket, TicketField};
pub use search::{
    CodeFilter, CommitFilter, DEFAULT_THRESHOLD_CODE, DEFAULT_THRESHOLD_COMMITS,
    DEFAULT_THRESHOLD_KNOWLEDGE, DEFAULT_THRESHOLD_MAIL, DEFAULT_THRESHOLD_TICKETS, Facet,
    FacetValues, Found, Hit, MailFilter, Query, SearchError, TicketFilter,
};
