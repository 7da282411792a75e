use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use mesh_core::Deadline;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::{left, wait};
use crate::StoreError;

const FILE: &str = "state.db";
/// Counts up with each change of the schema.
const SCHEMA_VERSION: i64 = 1;
/// `mesh`, so that no other program's file is taken for ours.
const APPLICATION: i64 = 0x6d65_7368;
/// How often a lock is tried that SQLite itself does not wait for.
const PAUSE: Duration = Duration::from_millis(5);

const SCHEMA: &str = "
CREATE TABLE item (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    value BLOB NOT NULL,
    version INTEGER NOT NULL,
    expires INTEGER,
    checksum INTEGER NOT NULL
) STRICT;
CREATE INDEX item_expires ON item (expires) WHERE expires IS NOT NULL;
";

pub(super) fn open(folder: &Path, deadline: Deadline) -> Result<Connection, StoreError> {
    let path = folder.join(FILE);
    made(folder, &path).map_err(|error| file_fault(&error))?;
    // The file is there: one that was taken away in between is not made anew with other permissions.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    loop {
        match prepared(&path, flags, deadline) {
            // Several that open a new file at once: some changes are refused without waiting.
            Err(StoreError::Busy) if left(deadline).is_ok() => sleep(PAUSE),
            opened => return opened,
        }
    }
}

/// The folder and the file, for their owner alone.
fn made(folder: &Path, path: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match file {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => owned(path),
        made => made.map(drop),
    }
}

/// SQLite opens its log with the file's own permissions, so the file's are what counts.
fn owned(path: &Path) -> io::Result<()> {
    if !path.symlink_metadata()?.is_file() {
        return Err(io::Error::other("`state.db` is no regular file"));
    }
    let file = File::open(path)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(())
}

fn file_fault(error: &io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            StoreError::Denied("`state.db` or its folder".to_owned())
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            StoreError::Full
        }
        _ => StoreError::Refused(error.to_string()),
    }
}

fn prepared(path: &Path, flags: OpenFlags, deadline: Deadline) -> Result<Connection, StoreError> {
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(wait(deadline)?)?;
    // A write outlives the machine: a token that was spent is spent after a loss of power, too.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    if known_at_one_moment(&connection)? {
        whole(&connection)?;
        return Ok(connection);
    }
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::Refused(
            "`state.db` is in a place that several processes cannot share".to_owned(),
        ));
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if !known(&transaction)? {
        transaction.execute_batch(SCHEMA)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    }
    transaction.commit()?;
    Ok(connection)
}

/// As [`known`], with nothing written by another process from one question to the next.
fn known_at_one_moment(connection: &Connection) -> Result<bool, StoreError> {
    let reading = connection.unchecked_transaction()?;
    let known = known(&reading)?;
    reading.commit()?;
    Ok(known)
}

/// Whether the schema is there, asked within a transaction; an error where the file is another program's or a newer version's.
fn known(connection: &Connection) -> Result<bool, StoreError> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    match (number("application_id")?, number("user_version")?) {
        (APPLICATION, SCHEMA_VERSION) => Ok(true),
        (APPLICATION, version) if version > SCHEMA_VERSION => Err(StoreError::Newer),
        (0, 0) if is_empty(connection)? => Ok(false),
        _ => Err(StoreError::Refused(
            "`state.db` is another program's file".to_owned(),
        )),
    }
}

/// A damaged index hides rows, and a token that was spent would be good again.
fn whole(connection: &Connection) -> Result<(), StoreError> {
    let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    match found.as_str() {
        "ok" => Ok(()),
        _ => Err(StoreError::Corrupt),
    }
}

fn is_empty(connection: &Connection) -> Result<bool, StoreError> {
    let tables = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
        row.get::<_, i64>(0)
    })?;
    Ok(tables == 0)
}
