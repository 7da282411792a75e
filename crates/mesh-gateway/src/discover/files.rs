//! The files in which clients keep their servers, where they keep them.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::{Around, Told};
use crate::source;

/// Below the working directory.
const OF_PROJECT: [&str; 7] = [
    ".mcp.json",
    ".vscode/mcp.json",
    ".cursor/mcp.json",
    ".gemini/settings.json",
    ".codex/config.toml",
    "config/mcp_config.json",
    "config/agentgateway/config.json",
];

/// After those of a project.
const OF_USER: [(Base, &str); 17] = [
    (Base::Home, ".claude.json"),
    (Base::Config, "Claude/claude_desktop_config.json"),
    (Base::Library, "Claude/claude_desktop_config.json"),
    (Base::AppData, "Claude/claude_desktop_config.json"),
    (Base::Config, "Code/User/mcp.json"),
    (Base::Library, "Code/User/mcp.json"),
    (Base::AppData, "Code/User/mcp.json"),
    (Base::Copilot, "mcp-config.json"),
    (Base::Home, ".cursor/mcp.json"),
    (Base::Home, ".codeium/windsurf/mcp_config.json"),
    (Base::Config, "zed/settings.json"),
    (Base::AppData, "Zed/settings.json"),
    (Base::Codex, "config.toml"),
    (Base::Home, ".gemini/settings.json"),
    (Base::Config, "mcp/mcp.json"),
    (Base::Config, "elf/mcp_config.json"),
    (Base::Machine, "etc/gemini-cli/settings.json"),
];

/// Where a container has them mounted.
const OF_MACHINE: [&str; 2] = [
    "/config/mcp_config.json",
    "/config/agentgateway/config.json",
];

/// A file of servers is far smaller; what clients keep beside theirs can be large.
const MAX_BYTES: u64 = 32 << 20;

#[derive(Clone, Copy)]
enum Base {
    Home,
    /// `XDG_CONFIG_HOME`.
    Config,
    /// Of macOS.
    Library,
    /// Of Windows.
    AppData,
    Copilot,
    Codex,
    Machine,
}

impl Base {
    fn folder(self, around: &Around) -> Option<PathBuf> {
        let variable = |name| (around.variables)(name).map(PathBuf::from);
        let home = || variable("HOME").or_else(|| variable("USERPROFILE"));
        let in_home = |name: &str| Some(home()?.join(name));
        match self {
            Self::Home => home(),
            Self::Config => variable("XDG_CONFIG_HOME").or_else(|| in_home(".config")),
            Self::Library => in_home("Library/Application Support"),
            Self::AppData => variable("APPDATA"),
            Self::Copilot => variable("COPILOT_HOME").or_else(|| in_home(".copilot")),
            Self::Codex => variable("CODEX_HOME").or_else(|| in_home(".codex")),
            Self::Machine => Some(PathBuf::from("/")),
        }
    }
}

/// What each file says that is there.
pub(super) fn read(around: &Around) -> Vec<Told> {
    let named: Vec<_> = around.named.iter().filter_map(canonical).collect();
    let mut places = places(around);
    places.retain(|place| canonical(place).is_none_or(|place| !named.contains(&place)));
    places
        .into_iter()
        .filter_map(|place| one(place, &around.folder))
        .collect()
}

/// The first that counts first.
fn places(around: &Around) -> Vec<PathBuf> {
    let of_project = OF_PROJECT.iter().map(|name| around.folder.join(name));
    let of_user = OF_USER
        .iter()
        .filter_map(|(base, name)| Some(base.folder(around)?.join(name)));
    let of_machine = OF_MACHINE.iter().map(PathBuf::from);
    let mut places: Vec<PathBuf> = Vec::new();
    for place in of_project.chain(of_user).chain(of_machine) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

fn canonical(path: impl AsRef<Path>) -> Option<PathBuf> {
    path.as_ref().canonicalize().ok()
}

/// `None` where there is no such file.
fn one(place: PathBuf, folder: &Path) -> Option<Told> {
    let read = match text(&place) {
        Ok(None) => return None,
        Ok(Some(text)) => Ok(source::read_if_any(&place, &text, folder)),
        Err(error) => Err(format!("it cannot be read: {error}")),
    };
    Some(Told { place, read })
}

fn text(place: &Path) -> io::Result<Option<String>> {
    let meta = match place.metadata() {
        Ok(meta) => meta,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    // A pipe would be waited for.
    if !meta.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut text = String::new();
    let read = File::open(place)?
        .take(MAX_BYTES + 1)
        .read_to_string(&mut text)?;
    match read as u64 > MAX_BYTES {
        true => Err(io::Error::other("it has more than 32 MiB")),
        false => Ok(Some(text)),
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}
