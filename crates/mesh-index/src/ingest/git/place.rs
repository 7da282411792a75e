//! Where the repository of a folder lies, and whether its files can be opened: reading a pipe would wait for ever.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::ingest::skip::{ByteSize, SkipReason};
use crate::regular;

/// What git keeps in the files that are read whole is much smaller.
const MAX_SMALL_FILE: ByteSize = ByteSize::mib(1);

/// Read whole by whoever opens a repository.
const SMALL_FILES: [&str; 5] = ["HEAD", "config", "config.worktree", "commondir", "gitdir"];

const LARGE_FILES: [&str; 3] = ["packed-refs", "shallow", "index"];

const FOLDERS: [&str; 3] = ["refs", "reftable", "info"];

/// `objects/info/commit-graphs` is the deepest folder of objects.
const OBJECTS_DEPTH: u32 = 2;

/// Names of branches have fewer slashes.
const REFERENCES_DEPTH: u32 = 64;

/// As far as git goes from one repository that lends its objects to the next.
const MAX_LENDERS: u32 = 5;

/// The work tree or bare repository that `folder` is, or lies in.
pub(super) fn find(folder: &Path) -> Result<PathBuf, SkipReason> {
    let folder = folder
        .canonicalize()
        .map_err(|error| SkipReason::from(&error))?;
    for top in folder.ancestors() {
        let entry = top.join(".git");
        match entry.metadata() {
            Ok(found) if found.is_dir() => check_repository(&entry)?,
            Ok(found) if found.is_file() => check_repository(&linked(top, &entry)?)?,
            Ok(_) => return Err(irregular(&entry)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if !is_bare(top) {
                    continue;
                }
                check_repository(top)?;
            }
            Err(error) => return Err(SkipReason::from(&error)),
        }
        return Ok(top.to_owned());
    }
    Err(SkipReason::NotRepository)
}

fn is_bare(folder: &Path) -> bool {
    folder.join("HEAD").symlink_metadata().is_ok()
        && folder.join("objects").is_dir()
        && folder.join("refs").is_dir()
}

/// A linked work tree and a submodule have a file that names the repository.
fn linked(top: &Path, file: &Path) -> Result<PathBuf, SkipReason> {
    let text = small_file(file)?;
    let named = text
        .strip_prefix("gitdir:")
        .ok_or(SkipReason::NotRepository)?;
    let folder = top.join(named.trim());
    if folder.is_dir() {
        Ok(folder)
    } else {
        Err(SkipReason::NotRepository)
    }
}

/// Every file that reading the history may open, those of the repository that a linked work tree belongs to included.
fn check_repository(folder: &Path) -> Result<(), SkipReason> {
    check_files(folder)?;
    let common = folder.join("commondir");
    if common.is_file() {
        check_files(&folder.join(small_file(&common)?.trim()))?;
    }
    Ok(())
}

fn check_files(folder: &Path) -> Result<(), SkipReason> {
    for name in SMALL_FILES.iter().chain(&LARGE_FILES) {
        let file = folder.join(name);
        match file.metadata() {
            Ok(found) if !found.is_file() => return Err(irregular(&file)),
            Ok(found) if SMALL_FILES.contains(name) && found.len() > MAX_SMALL_FILE.0 => {
                return Err(SkipReason::LargerThan(MAX_SMALL_FILE));
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(SkipReason::from(&error)),
        }
    }
    for name in FOLDERS {
        check_folder(&folder.join(name), REFERENCES_DEPTH, Links::Ignored)?;
    }
    check_objects(&folder.join("objects"), MAX_LENDERS)
}

/// The objects of a repository, and those that it borrows from others.
fn check_objects(objects: &Path, lenders: u32) -> Result<(), SkipReason> {
    check_folder(objects, OBJECTS_DEPTH, Links::Followed)?;
    let list = objects.join("info/alternates");
    if lenders == 0 || !list.is_file() {
        return Ok(());
    }
    let names = small_file(&list)?;
    names
        .lines()
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .try_for_each(|name| check_objects(&objects.join(name), lenders - 1))
}

/// Whether links to folders are followed: git does so where it looks for objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Links {
    Followed,
    Ignored,
}

fn check_folder(folder: &Path, depth: u32, links: Links) -> Result<(), SkipReason> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder).map_err(|error| SkipReason::from(&error))? {
        let path = entry.map_err(|error| SkipReason::from(&error))?.path();
        let Ok(itself) = path.symlink_metadata() else {
            continue;
        };
        // A link counts as what it leads to; one to nothing cannot be opened.
        let Ok(found) = path.metadata() else {
            continue;
        };
        if found.is_dir() {
            let is_entered = !itself.is_symlink() || links == Links::Followed;
            if is_entered && depth > 0 {
                check_folder(&path, depth - 1, links)?;
            }
        } else if !found.is_file() {
            return Err(irregular(&path));
        }
    }
    Ok(())
}

fn irregular(path: &Path) -> SkipReason {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    SkipReason::IrregularWithin(name.into_owned().into())
}

fn small_file(path: &Path) -> Result<String, SkipReason> {
    let bytes = regular::read(path, regular::Links::Followed, MAX_SMALL_FILE.0);
    let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or(SkipReason::NotRepository)
}
