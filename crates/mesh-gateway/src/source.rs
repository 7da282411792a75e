//! The files in which people write their servers down, each read as it is.
//!
//! One shape of file is one row of [`FORMATS`]; all of them come down to the same few members, which `server` reads.

mod edit;
mod field;
mod format;
mod node;
mod note;
mod options;
mod reading;
mod server;
mod transport;
mod write;

use std::path::Path;

pub use edit::{add, add_all};
pub use note::Note;
pub use write::{Portable, Values, portable};

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
    /// It is not JSON, TOML or YAML: of its servers nothing is known.
    pub is_unreadable: bool,
}

/// All servers of a file, which is known by its members. `file` is its path: Gemini's `settings.json` means another
/// thing by `url` than everybody else.
#[must_use]
pub fn read(file: &Path, text: &str) -> Read {
    let mut reading = Reading::of(file);
    if let Some(root) = parse(text, &mut reading)
        && !servers(&root, &mut reading)
    {
        reading.fault(
            &Field::whole(&root),
            "no servers are written here in a way that is known: they are members of `mcpServers` (most clients), `servers` \
             (VS Code), `context_servers` (Zed), `mcp_servers` (Codex), or targets of `mcp` (AgentGateway)",
        );
    }
    in_order(reading.read)
}

/// As [`read`], of a file that need not have any servers; of those that it has for several folders, those of `folder`.
#[must_use]
pub(crate) fn read_if_any(file: &Path, text: &str, folder: &Path) -> Read {
    let mut reading = Reading::of(file);
    reading.folder = Some(folder);
    if let Some(root) = parse(text, &mut reading) {
        servers(&root, &mut reading);
    }
    in_order(reading.read)
}

/// All servers of what was never written as a file; `place` is where it comes from.
#[must_use]
pub(crate) fn read_value(place: &Path, value: serde_json::Value) -> Read {
    let mut reading = Reading::of(place);
    servers(&Node::of(value), &mut reading);
    reading.read
}

fn parse(text: &str, reading: &mut Reading<'_>) -> Option<Node> {
    match node::parse(reading.file, text) {
        Ok(root) => Some(root),
        Err(unreadable) => {
            reading.read.is_unreadable = true;
            for (line, told) in unreadable {
                reading.fault_at(line, &note::Key::default(), told);
            }
            None
        }
    }
}

/// Whether there is a format that knows them.
fn servers(root: &Node, reading: &mut Reading<'_>) -> bool {
    let format = FORMATS
        .iter()
        .find(|format| (format.knows)(reading.file, root));
    if let Some(format) = format {
        server::read(format, &Field::whole(root), reading);
    }
    format.is_some()
}

fn in_order(mut read: Read) -> Read {
    read.warnings.sort_by_key(|note| note.place.line);
    read.faults.sort_by_key(|note| note.place.line);
    read
}

#[cfg(test)]
mod tests;
