//! The files in which upstreams are written down, and where else they are looked for, read again while they are served.

use std::path::PathBuf;
use std::sync::Mutex;

use anyhow::bail;
use mesh_core::lock;
use mesh_gateway::Entry;
use mesh_gateway::source::{self, Read};

use super::found::Found;
use crate::config::{GatewaySettings, Variables};

/// All that defines servers: the files that are named, then what is found. Each is kept as it was last understood.
#[derive(Debug)]
pub struct Sources {
    files: Mutex<Vec<File>>,
    found: Option<Found>,
}

struct File {
    path: PathBuf,
    /// What the file says, or why it could not be read.
    text: Result<String, String>,
    /// The servers of the last text that could be read, and of those that had a fault in it as they were before.
    read: Read,
}

/// What is written there may be a token.
impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("File").field(&self.path).finish()
    }
}

/// What several files, and other places, say together.
#[derive(Debug, Default)]
pub struct Written {
    pub entries: Vec<Entry>,
    pub warnings: Vec<String>,
    pub faults: Vec<String>,
}

impl Sources {
    /// Reads all files, and looks where the settings say to. None where they name neither.
    ///
    /// # Errors
    /// All files that cannot be read, and those in which no server can be.
    pub async fn open(
        settings: &GatewaySettings,
        variables: &Variables,
    ) -> anyhow::Result<Option<Self>> {
        if settings.files.is_empty() && settings.discover.is_empty() {
            return Ok(None);
        }
        let sources = Self {
            found: Found::of(settings, variables)?,
            ..Self::of_files(&settings.files)?
        };
        sources.look().await;
        Ok(Some(sources))
    }

    fn of_files(paths: &[PathBuf]) -> anyhow::Result<Self> {
        let files: Vec<File> = paths.iter().cloned().map(File::open).collect();
        let unread: Vec<String> = files.iter().flat_map(File::unread).collect();
        if !unread.is_empty() {
            bail!("cannot read the upstreams: {}", unread.join("; "));
        }
        Ok(Self {
            files: Mutex::new(files),
            found: None,
        })
    }

    /// What all say together. The first that names a server defines it, whole.
    #[must_use]
    pub fn written(&self) -> Written {
        let mut written = Written::default();
        let files = lock(&self.files);
        for file in files.iter() {
            written.add(&file.read);
        }
        for read in self.found.iter().flat_map(Found::reads) {
            written.add(&read);
        }
        written
    }

    /// Whether a file says another thing than before. One that cannot be read, or of which no server can, keeps what it said last.
    pub(crate) fn read_again(&self) -> bool {
        let mut files = lock(&self.files);
        let mut is_changed = false;
        for file in files.iter_mut() {
            is_changed |= file.read_again();
        }
        is_changed
    }

    /// Whether something else is found than before. Takes a few seconds at most.
    pub(crate) async fn look(&self) -> bool {
        match &self.found {
            Some(found) => found.look().await,
            None => false,
        }
    }
}

impl File {
    fn open(path: PathBuf) -> Self {
        let text = text_of(&path);
        let read = text.as_deref().map(|text| source::read(&path, text));
        let read = read.unwrap_or_default();
        Self { path, text, read }
    }

    /// Why there is nothing to be had of it.
    fn unread(&self) -> Vec<String> {
        match &self.text {
            Err(error) => vec![format!("`{}`: {error}", self.path.display())],
            Ok(_) if is_broken(&self.read) => {
                self.read.faults.iter().map(ToString::to_string).collect()
            }
            Ok(_) => Vec::new(),
        }
    }

    /// Whether it says another thing than before.
    fn read_again(&mut self) -> bool {
        let text = text_of(&self.path);
        if text == self.text {
            return false;
        }
        self.text = text;
        let text = match &self.text {
            Ok(text) => text,
            Err(error) => {
                let file = self.path.display();
                tracing::error!(%file, error, "the file of upstreams cannot be read; what it said last stays");
                return false;
            }
        };
        let read = source::read(&self.path, text);
        if is_broken(&read) {
            for note in &read.faults {
                tracing::error!(%note, "the changed file of upstreams is not taken; what it said last stays");
            }
            return false;
        }
        let before = std::mem::replace(&mut self.read, read);
        self.keep(before.entries);
        true
    }

    /// A server whose entry has a fault now stays what it was.
    fn keep(&mut self, before: Vec<Entry>) {
        let read = &mut self.read;
        for entry in before {
            let is_there = read.entries.iter().any(|known| known.name == entry.name);
            if !is_there && read.faults.iter().any(|note| note.is_about(&entry.name)) {
                read.entries.push(entry);
            }
        }
    }
}

impl Written {
    fn add(&mut self, read: &Read) {
        self.warnings
            .extend(read.warnings.iter().map(ToString::to_string));
        self.faults
            .extend(read.faults.iter().map(ToString::to_string));
        for entry in &read.entries {
            let first = self.entries.iter().find(|known| known.name == entry.name);
            match first.map(|first| first.place.to_string()) {
                Some(first) => self.warnings.push(format!(
                    "{}: `{}` is defined in {first} already, and what stands here has no effect",
                    entry.place, entry.name
                )),
                None => self.entries.push(entry.clone()),
            }
        }
    }

    pub(crate) fn log(&self) {
        for note in &self.warnings {
            tracing::warn!(%note, "what defines the upstreams");
        }
        for note in &self.faults {
            tracing::error!(%note, "what defines the upstreams; a server with a fault is left out, or stays what it was");
        }
    }
}

/// Nothing of it can be used.
fn is_broken(read: &Read) -> bool {
    read.entries.is_empty() && read.faults.iter().any(|fault| fault.key.is_empty())
}

fn text_of(path: &std::path::Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_file_that_names_a_server_defines_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("written");
            path
        };
        let first = file(
            "a.json",
            r#"{"mcpServers": {"git": {"command": "mcp-server-git"}}}"#,
        );
        let second = file(
            "b.json",
            r#"{"mcpServers": {"git": {"command": "other"}, "time": {"command": "t"}}}"#,
        );
        let sources = Sources::of_files(&[first.clone(), second.clone()]).expect("read");
        let written = sources.written();
        let names: Vec<_> = written
            .entries
            .iter()
            .map(|entry| (entry.name.as_str(), &entry.place.file))
            .collect();
        assert_eq!(names, [("git", &first), ("time", &second)]);
        assert!(
            written.warnings[0].contains("a.json:1 already"),
            "{:?}",
            written.warnings
        );
        let gone = Sources::of_files(&[folder.path().join("c.json"), folder.path().join("d.json")])
            .expect_err("refused");
        let told = gone.to_string();
        assert!(told.contains("c.json") && told.contains("d.json"), "{told}");
        let notes = file("notes.json", r#"{"note": "buy milk"}"#);
        let strange = Sources::of_files(&[first, notes])
            .expect_err("refused")
            .to_string();
        assert!(strange.contains("no servers are written here"), "{strange}");
    }

    #[test]
    fn a_changed_file_is_read_again_and_a_broken_one_keeps_what_it_said() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("mcp.json");
        let write = |text: &str| std::fs::write(&file, text).expect("written");
        let names = |written: Written| {
            let entries = written.entries.into_iter();
            entries.map(|entry| entry.name).collect::<Vec<_>>()
        };
        let changed = |sources: &Sources| sources.read_again().then(|| names(sources.written()));
        write(r#"{"mcpServers": {"git": {"command": "mcp-server-git"}}}"#);
        let sources = Sources::of_files(std::slice::from_ref(&file)).expect("read");
        assert_eq!(names(sources.written()), ["git"]);
        assert_eq!(changed(&sources), None);
        write(r#"{"mcpServers": {"git": {"command""#);
        assert_eq!(changed(&sources), None);
        std::fs::remove_file(&file).expect("removed");
        assert_eq!(changed(&sources), None);
        write(r#"{"mcpServers": {"time": {"command": "mcp-server-time"}}}"#);
        assert_eq!(changed(&sources), Some(vec!["time".to_owned()]));
        assert_eq!(changed(&sources), None);
        write(r#"{"mcpServers": {}}"#);
        assert_eq!(changed(&sources), Some(Vec::new()));
    }

    #[test]
    fn a_server_whose_entry_has_a_fault_now_stays_what_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("mcp.json");
        let servers = |timeout: &str, more: &str| {
            let servers = format!(
                r#"{{"mcpServers": {{"a.b": {{"command": "x", "mesh": {{"timeout": {timeout}}}}}{more}}}}}"#
            );
            std::fs::write(&file, servers).expect("written");
        };
        servers(
            "5",
            r#", "time": {"command": "t"}, "gone": {"command": "g"}"#,
        );
        let sources = Sources::of_files(std::slice::from_ref(&file)).expect("read");
        servers(r#""5 seconds""#, r#", "time": {"command": "u"}"#);
        assert!(sources.read_again());
        let written = sources.written();
        let entries = written.entries.iter();
        let shown = entries.map(|entry| (entry.name.as_str(), entry.options.timeout));
        let five = std::time::Duration::from_secs(5);
        assert_eq!(
            shown.collect::<Vec<_>>(),
            [("time", None), ("a.b", Some(five))]
        );
        assert_eq!(written.faults.len(), 1, "{:?}", written.faults);
        servers("7", "");
        assert!(sources.read_again());
        let entries = sources.written().entries;
        assert_eq!(
            entries[0].options.timeout.map(|time| time.as_secs()),
            Some(7)
        );
    }
}
