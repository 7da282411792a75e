//! References as `git init --ref-format=reftable` keeps them: a stack of tables, of which a newer one wins.
//!
//! Only what finding HEAD needs is read: the blocks of references of each table, from the first on. Git's
//! `Documentation/technical/reftable` is the format's description.

mod table;

use std::io;
use std::path::Path;

use gix::hash::Kind;

pub(super) use self::table::Target;
use self::table::{Change, Table};
use crate::ingest::skip::{ByteSize, SkipReason};
use crate::regular::{self, Links};

/// A table of a million references is smaller.
const MAX_TABLE: ByteSize = ByteSize::mib(256);

const MAX_TABLES: usize = 1_000;

/// The tables of one folder, the newest first.
#[derive(Debug)]
pub(super) struct Reftable {
    tables: Vec<Table>,
}

impl Reftable {
    pub(super) fn open(git_dir: &Path, hash: Kind) -> Result<Self, SkipReason> {
        let folder = git_dir.join("reftable");
        let list = file(&folder.join("tables.list"))?;
        let list = String::from_utf8(list).map_err(|_| SkipReason::BrokenRepository)?;
        let names: Vec<&str> = list.lines().filter(|line| !line.is_empty()).collect();
        let is_plain = |name: &&str| !name.contains(['/', '\\']);
        if names.len() > MAX_TABLES || !names.iter().all(is_plain) {
            return Err(SkipReason::BrokenRepository);
        }
        let newest_first = names.iter().rev();
        let tables = newest_first.map(|name| Table::parse(file(&folder.join(name))?, hash));
        Ok(Self {
            tables: tables.collect::<Result<_, _>>()?,
        })
    }

    /// What a reference leads to; `None` for one that is not there.
    pub(super) fn target(&self, name: &str) -> Result<Option<Target>, SkipReason> {
        for table in &self.tables {
            match table.find(name)? {
                Some(Change::To(target)) => return Ok(Some(target)),
                Some(Change::Deleted) => return Ok(None),
                None => {}
            }
        }
        Ok(None)
    }

    /// The names of the branches that are there.
    pub(super) fn branches(&self) -> Result<Vec<String>, SkipReason> {
        let mut names = Vec::new();
        for table in &self.tables {
            names.extend(table.names("refs/heads/")?);
        }
        names.sort();
        names.dedup();
        let is_there = |name: &String| matches!(self.target(name), Ok(Some(_)));
        names.retain(is_there);
        Ok(names)
    }
}

fn file(path: &Path) -> Result<Vec<u8>, SkipReason> {
    let bytes = regular::read(path, Links::Followed, MAX_TABLE.0);
    bytes.map_err(|error| match error.kind() {
        io::ErrorKind::FileTooLarge => SkipReason::LargerThan(MAX_TABLE),
        _ => SkipReason::from(&error),
    })
}
