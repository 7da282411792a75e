//! The files in which people write their servers down, each read as it is.
//!
//! One shape of file is one row of [`FORMATS`]; all of them come down to the same few members, which `server` reads.

mod field;
mod format;
mod node;
mod note;
mod options;
mod reading;
mod server;
mod transport;

use std::path::Path;

pub use note::Note;

use crate::Entry;
use field::Field;
use format::FORMATS;
use node::Node;
use reading::Reading;

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    pub entries: Vec<Entry>,
    /// What has no effect: members that are not known, servers that are disabled.
    pub warnings: Vec<Note>,
    /// What cannot be as it is written. What it is in is no entry; everything else is.
    pub faults: Vec<Note>,
}

/// All servers of a file, which is known by its members. `file` is its path: Gemini's `settings.json` means another
/// thing by `url` than everybody else.
#[must_use]
pub fn read(file: &Path, text: &str) -> Read {
    let mut reading = Reading::of(file);
    match node::parse(file, text) {
        Ok(root) => servers(&root, &mut reading),
        Err(unreadable) => {
            for (line, told) in unreadable {
                reading.fault_at(line, &note::Key::default(), told);
            }
        }
    }
    let mut read = reading.read;
    read.warnings.sort_by_key(|note| note.place.line);
    read.faults.sort_by_key(|note| note.place.line);
    read
}

fn servers(root: &Node, reading: &mut Reading<'_>) {
    let whole = Field::whole(root);
    match FORMATS.iter().find(|format| (format.knows)(reading.file, root)) {
        Some(format) => server::read(format, &whole, reading),
        None => reading.fault(
            &whole,
            "no servers are written here in a way that is known: they are members of `mcpServers` (most clients), `servers` \
             (VS Code), `context_servers` (Zed), `mcp_servers` (Codex), or targets of `mcp` (AgentGateway)",
        ),
    }
}

#[cfg(test)]
mod tests;
