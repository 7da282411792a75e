//! The server: settings, routes, the MCP edge, and the one way every call takes.

mod access;
pub mod app;
mod audit;
mod callers;
pub mod config;
mod consent;
mod dispatch;
pub mod edge;
pub mod emf;
mod http;
pub mod journal;
mod listing;
pub mod log;
mod mcp;
pub mod otlp;
mod remote;
mod rescue;
pub mod secrets;
pub mod serve;
mod splice;
mod tally;
mod tool_search;
pub mod upstreams;

pub use access::Access;
pub use app::{App, Provisions};
pub use config::Config;
pub use http::router;
