//! The one folder that sounds are written to and read from. Nothing leads out of it: no `..`, no link, no absolute path.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::length::Length;
use crate::error::ToolError;

/// More than a recording of an hour; what is larger is given by its address.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

/// A file that is being written, and gone unless it is kept.
#[derive(Debug)]
pub(crate) struct Draft {
    file: tempfile::NamedTempFile,
    path: PathBuf,
}

impl Folder {
    /// As the setting names it; it need not be there yet.
    #[must_use]
    pub const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// A file of a name that says nothing, in this folder or one below it.
    pub(crate) fn draft(
        &self,
        below: Option<&str>,
        tool: &str,
        extension: &str,
    ) -> Result<Draft, ToolError> {
        let folder = self.below(below)?;
        let stamp = jiff::Timestamp::now().strftime("%Y%m%d_%H%M%S").to_string();
        let file = tempfile::Builder::new()
            .prefix(&format!(".{tool}_{stamp}_"))
            .suffix(&format!(".{extension}"))
            .rand_bytes(8)
            .tempfile_in(&folder)
            .map_err(|error| not_writable(&error))?;
        let name = file.path().file_name().unwrap_or_default();
        let name = name.to_string_lossy();
        let path = folder.join(name.trim_start_matches('.'));
        Ok(Draft { file, path })
    }

    /// The folder of that name, which is made where it is not there.
    fn below(&self, below: Option<&str>) -> Result<PathBuf, ToolError> {
        let wanted = self.place(below)?;
        fs::create_dir_all(&wanted).map_err(|error| not_writable(&error))?;
        let made = wanted
            .canonicalize()
            .map_err(|error| not_writable(&error))?;
        match made.starts_with(self.canonical()?) {
            true => Ok(made),
            false => Err(outside("output_directory")),
        }
    }

    /// Where the folder of that name is, or would be made.
    ///
    /// # Errors
    /// Where it would be outside, or this folder cannot be used.
    pub(crate) fn place(&self, below: Option<&str>) -> Result<PathBuf, ToolError> {
        fs::create_dir_all(&self.0).map_err(|error| not_writable(&error))?;
        let own = self.canonical()?;
        let Some(below) = below else {
            return Ok(own);
        };
        let wanted = own.join(below);
        refuse_detours(Path::new(below))?;
        // What is there already decides: a link in it may lead elsewhere.
        let there = wanted.ancestors().find(|path| path.exists());
        let there = there.and_then(|path| path.canonicalize().ok());
        match there.is_some_and(|there| there.starts_with(&own)) {
            true => Ok(wanted),
            false => Err(outside("output_directory")),
        }
    }

    /// A file of it, whole.
    pub(crate) fn read(&self, argument: &str, path: &str) -> Result<Vec<u8>, ToolError> {
        let own = self.canonical()?;
        refuse_detours(Path::new(path))?;
        let told = |why: &str| ToolError::InvalidArguments(format!("`{argument}`: {why}"));
        let found = own.join(path).canonicalize();
        let found = found.map_err(|_| told("there is no such file in the folder of recordings"))?;
        if !found.starts_with(&own) {
            return Err(outside(argument));
        }
        let file = open(&found).map_err(|_| told("it cannot be read, or is no file"))?;
        let mut bytes = Vec::new();
        let read = file.take(MAX_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|_| told("it cannot be read"))?;
        match bytes.len() as u64 {
            0 => Err(told("it is empty")),
            1..=MAX_BYTES => Ok(bytes),
            _ => Err(told(
                "it has more than 64 MiB, the most that is read; `speech_to_text` takes larger ones by `source_url`",
            )),
        }
    }

    /// How long a recording of it is; none where that cannot be told, and reading it will say why.
    pub(crate) fn length(&self, path: &str) -> Option<Length> {
        let own = self.0.canonicalize().ok()?;
        let found = own.join(path).canonicalize().ok()?;
        let mut file = found.starts_with(&own).then(|| open(&found).ok())??;
        Length::of(&mut file)
    }

    fn canonical(&self) -> Result<PathBuf, ToolError> {
        self.0.canonicalize().map_err(|error| not_writable(&error))
    }
}

impl Draft {
    /// # Errors
    /// Why not, in words.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        let written = self.file.write_all(bytes);
        written.map_err(|error| format!("the file cannot be written: {}", error.kind()))
    }

    /// Keeps it under its name, unless something else has that.
    ///
    /// # Errors
    /// Why not, in words.
    pub(crate) fn keep(self) -> Result<String, String> {
        let kept = self.file.persist_noclobber(&self.path);
        kept.map_err(|error| format!("the file cannot be kept: {}", error.error.kind()))?;
        Ok(self.path.to_string_lossy().into_owned())
    }
}

/// A named pipe would wait for a writer.
fn open(path: &Path) -> std::io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;

    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    let flags = i32::try_from(flags.bits()).expect("the flags of a system are positive");
    let file = fs::File::options()
        .read(true)
        .custom_flags(flags)
        .open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(std::io::ErrorKind::InvalidInput.into()),
    }
}

/// A path with `..` is refused, not followed: what it means depends on links.
fn refuse_detours(path: &Path) -> Result<(), ToolError> {
    let is_plain = path
        .components()
        .all(|part| !matches!(part, std::path::Component::ParentDir));
    match is_plain && !path.as_os_str().as_encoded_bytes().contains(&0) {
        true => Ok(()),
        false => Err(outside("a path")),
    }
}

fn outside(argument: &str) -> ToolError {
    ToolError::InvalidArguments(format!(
        "{argument} must lead to a place within the folder of recordings (`ELEVENLABS_MCP_BASE_PATH`)"
    ))
}

fn not_writable(error: &std::io::Error) -> ToolError {
    let why = error.kind();
    ToolError::Unavailable(format!(
        "the folder of recordings (`ELEVENLABS_MCP_BASE_PATH`) cannot be used: {why}"
    ))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn folder() -> (tempfile::TempDir, Folder) {
        let folder = tempfile::tempdir().expect("a folder");
        let within = folder.path().join("recordings");
        fs::create_dir(&within).expect("made");
        (folder, Folder::new(within))
    }

    #[test]
    fn a_file_is_written_for_its_owner_alone_and_is_whole_or_not_there() {
        let (_parent, own) = folder();
        let mut draft = own
            .draft(Some("a/b"), "text_to_speech", "mp3")
            .expect("a draft");
        draft.write(b"sound").expect("written");
        let path = PathBuf::from(draft.keep().expect("kept"));
        assert!(path.starts_with(own.0.canonicalize().expect("a folder").join("a/b")));
        assert_eq!(fs::read(&path).expect("read"), b"sound");
        let mode = path.metadata().expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        drop(own.draft(None, "text_to_speech", "mp3").expect("a draft"));
        let left = fs::read_dir(&own.0).expect("read").count();
        assert_eq!(left, 1, "the folder `a` alone");
    }

    #[test]
    fn nothing_leads_out_of_it() {
        let (parent, own) = folder();
        let secret = parent.path().join("secret");
        fs::write(&secret, "secret").expect("written");
        symlink(&secret, own.0.join("link")).expect("linked");
        symlink(parent.path(), own.0.join("out")).expect("linked");
        let absolute = secret.to_string_lossy().into_owned();
        for path in ["../secret", &absolute, "link", "out/secret", "a\0b"] {
            let refused = own.read("input_file_path", path);
            assert!(
                matches!(refused, Err(ToolError::InvalidArguments(_))),
                "{path}: {refused:?}"
            );
        }
        for below in ["..", "/tmp", "out", "out/new"] {
            let refused = own.draft(Some(below), "text_to_speech", "mp3");
            assert!(
                matches!(refused, Err(ToolError::InvalidArguments(_))),
                "{below}: {refused:?}"
            );
        }
        assert!(!parent.path().join("new").exists());
    }

    #[test]
    fn what_is_no_file_is_refused_at_once() {
        let (_parent, own) = folder();
        let pipe = own.0.join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.expect("`mkfifo` starts").success());
        fs::write(own.0.join("empty"), "").expect("written");
        for path in ["pipe", ".", "empty", "missing", "file:///etc/passwd"] {
            let refused = own.read("input_file_path", path);
            assert!(
                matches!(refused, Err(ToolError::InvalidArguments(_))),
                "{path}: {refused:?}"
            );
        }
    }
}
