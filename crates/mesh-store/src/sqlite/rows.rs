use crc32fast::Hasher;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, TransactionBehavior, params};

use crate::place::{Range, Round, fresh_version, moment, seconds};
use crate::{Change, Item, Key, Page, StoreError, When, Write};

/// A page ends behind the item that brings its values to so many bytes, as DynamoDB's do.
const MAX_PAGE_BYTES: usize = 1024 * 1024;
/// More than a write adds, so that what has expired goes sooner than new comes.
const SWEPT_BY_A_WRITE: i64 = 32;

const COLUMNS: &str = "key, value, version, expires, checksum";

pub(super) fn get(
    connection: &Connection,
    key: &str,
    now: u64,
) -> Result<Option<Item>, StoreError> {
    let query = format!("SELECT {COLUMNS} FROM item WHERE key = ?1");
    let mut statement = connection.prepare(&query)?;
    let row = statement
        .query_row([key], |row| Ok(read(row)))
        .optional()?
        .transpose()?;
    Ok(row.filter(|row| row.is_live(now)).map(|row| row.item()))
}

pub(super) fn list(
    connection: &Connection,
    range: &Range,
    limit: usize,
    now: u64,
) -> Result<Page, StoreError> {
    let query = format!(
        "SELECT {COLUMNS} FROM item WHERE key >= ?1 AND key < ?2 AND (expires IS NULL OR expires > ?3) ORDER BY key"
    );
    let mut statement = connection.prepare(&query)?;
    let mut rows = statement.query(params![range.from, range.to, signed(now)])?;
    let mut page = Page::default();
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        if page.items.len() == limit || bytes >= MAX_PAGE_BYTES {
            page.next = page.items.last().map(|(key, _)| key.clone());
            break;
        }
        let row = read(row)?;
        bytes += row.value.len();
        let key = Key::new(&row.key).map_err(|_| StoreError::Corrupt)?;
        page.items.push((key, row.item()));
    }
    Ok(page)
}

/// An error on the way drops the transaction, and with it all that was written.
pub(super) fn write(
    connection: &mut Connection,
    writes: Vec<Write>,
    now: u64,
) -> Result<Vec<u64>, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut versions = Vec::new();
    for write in &writes {
        if !holds(&transaction, write, now)? {
            return Err(StoreError::Conflict);
        }
    }
    for write in writes {
        versions.extend(apply(&transaction, write)?);
    }
    sweep(&transaction, now)?;
    transaction.commit()?;
    Ok(versions)
}

fn holds(transaction: &Transaction<'_>, write: &Write, now: u64) -> Result<bool, StoreError> {
    if write.when == When::Always {
        return Ok(true);
    }
    let found = get(transaction, write.key.as_str(), now)?.map(|item| item.version);
    Ok(match write.when {
        When::Always => true,
        When::Absent => found.is_none(),
        When::Version(version) => found == Some(version),
    })
}

fn apply(transaction: &Transaction<'_>, write: Write) -> Result<Option<u64>, StoreError> {
    let key = write.key.as_str();
    match write.change {
        Change::Put { value, expires } => {
            let row = Stored {
                key: key.to_owned(),
                value,
                version: signed(fresh_version()?),
                expires: expires.map(|expires| signed(seconds(expires, Round::Up))),
            };
            put(transaction, &row)?;
            Ok(Some(row.version.unsigned_abs()))
        }
        Change::Delete => {
            let mut statement = transaction.prepare("DELETE FROM item WHERE key = ?1")?;
            statement.execute([key])?;
            Ok(None)
        }
        Change::Keep => Ok(None),
    }
}

fn put(transaction: &Transaction<'_>, row: &Stored) -> Result<(), StoreError> {
    let statement = format!(
        "INSERT INTO item ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (key) DO UPDATE SET
         value = excluded.value, version = excluded.version, expires = excluded.expires, checksum = excluded.checksum"
    );
    let mut statement = transaction.prepare(&statement)?;
    statement.execute(params![
        row.key,
        row.value,
        row.version,
        row.expires,
        row.checksum()
    ])?;
    Ok(())
}

fn sweep(transaction: &Transaction<'_>, now: u64) -> Result<(), StoreError> {
    let mut statement = transaction.prepare(
        "DELETE FROM item WHERE id IN (SELECT id FROM item WHERE expires <= ?1 ORDER BY expires LIMIT ?2)",
    )?;
    statement.execute([signed(now), SWEPT_BY_A_WRITE])?;
    Ok(())
}

/// A row as the file has it.
#[derive(Debug)]
struct Stored {
    key: String,
    value: Vec<u8>,
    version: i64,
    expires: Option<i64>,
}

/// SQLite notices damage to its own structure alone, so a row carries a checksum over what it says.
fn read(row: &Row<'_>) -> Result<Stored, StoreError> {
    let stored = Stored {
        key: row.get(0)?,
        value: row.get(1)?,
        version: row.get(2)?,
        expires: row.get(3)?,
    };
    let checksum: i64 = row.get(4)?;
    if checksum != stored.checksum() || stored.version < 0 {
        return Err(StoreError::Corrupt);
    }
    Ok(stored)
}

impl Stored {
    fn checksum(&self) -> i64 {
        let mut hasher = Hasher::new();
        hasher.update(self.key.as_bytes());
        hasher.update(&self.version.to_le_bytes());
        hasher.update(&self.expires.unwrap_or(-1).to_le_bytes());
        hasher.update(&self.value);
        hasher.finalize().into()
    }

    fn is_live(&self, now: u64) -> bool {
        self.expires.is_none_or(|expires| expires > signed(now))
    }

    fn item(self) -> Item {
        Item {
            value: self.value,
            version: self.version.unsigned_abs(),
            expires: self
                .expires
                .and_then(|expires| moment(expires.unsigned_abs())),
        }
    }
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
