//! Everything an agent is offered, and the types to declare it with.
//!
//! A tool is one file and one line in [`registry::TOOLS`]; resources and prompts are rows of their tables. Nothing here
//! speaks a protocol: `mesh-app` turns these declarations into MCP and HTTP.

pub mod admission;
pub mod arguments;
pub mod ask;
pub mod audio;
pub mod catalog;
pub mod changes;
pub mod consent;
pub mod context;
pub mod corpus_handle;
mod database;
pub mod entry;
pub mod error;
mod family;
pub mod field;
mod needs;
pub mod prompt;
mod question;
pub mod reply;
pub mod resource;
pub mod retrieval;
mod schema;
pub mod secrets;
pub mod spend;
pub mod tool;
pub mod vendors;
pub mod view;

pub mod agents;
pub mod code;
pub mod development;
mod evidence;
mod filter_values;
mod filtered;
pub mod knowledge;
pub mod mail;
pub mod music;
pub mod prompts;
pub mod reading;
pub mod registry;
pub mod resources;
pub mod system;
pub mod tracker;
pub mod voice;
mod words;

pub use catalog::Catalog;
pub use consent::Consent;
pub use context::{Context, Services};
pub use corpus_handle::CorpusHandle;
pub use entry::Entry;
pub use error::ToolError;
pub use family::Family;
pub use needs::Needs;
pub use reply::{Block, Blocks, Reply};
pub use secrets::Secrets;
pub use tool::{Output, Tool};
pub use vendors::Vendors;
pub use view::{Judge, OtherTool, Permit, View};
