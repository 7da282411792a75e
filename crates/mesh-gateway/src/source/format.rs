//! The one list of shapes of files.

mod agentgateway;
mod codex;
mod elf;
mod gemini;
mod mcp_servers;
mod vscode;
mod zed;

use std::path::Path;

use super::field::{Field, Fields};
use super::node::Node;
use super::reading::Reading;
use super::server::Server;
use crate::entry::{Options, Transport};

/// A shape of file.
pub(super) struct Format {
    /// By its members, and by its name only where they do not tell.
    pub(super) knows: fn(&Path, &Node) -> bool,
    /// All servers of a file, as they stand in it.
    pub(super) servers: for<'n> fn(&Field<'n>, &mut Reading<'_>) -> Vec<Server<'n>>,
    /// How one is reached, and what its own members say that are options of ours.
    pub(super) transport: fn(&mut Fields<'_>, &mut Options, &mut Reading<'_>) -> Option<Transport>,
}

/// In this order: the first that knows a file reads it.
pub(super) const FORMATS: [&Format; 7] = [
    &gemini::FORMAT,
    &mcp_servers::FORMAT,
    &codex::FORMAT,
    &zed::FORMAT,
    &vscode::FORMAT,
    &agentgateway::FORMAT,
    &elf::FORMAT,
];
