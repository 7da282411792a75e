use futures::future::BoxFuture;
use mesh_aws::{Aws, CallError, Condition, Row, RowChange, RowName, RowWrite, Table, TableError};

use crate::place::{Range, Round, bounded, fresh_version, moment, seconds};
use crate::{Change, Item, Key, MAX_PAGE, Page, Prefix, Store, StoreError, When, Within, Write};

/// Items in one table of DynamoDB: a key's family is its partition, the rest of the key its sort key.
#[derive(Clone, Debug)]
pub struct DynamoDb {
    table: Table,
}

impl DynamoDb {
    #[must_use]
    pub fn new(aws: &Aws, table: &str) -> Self {
        Self {
            table: Table::new(aws, table),
        }
    }

    async fn read(&self, key: &Key, within: Within) -> Result<Option<Item>, StoreError> {
        let row = self.table.get(&name(key), within.deadline).await?;
        Ok(row.and_then(|row| live(row, within)))
    }

    /// Rows that have expired are looked at and left out, so that a page with none is followed by the next.
    async fn page(
        &self,
        prefix: &Prefix,
        after: Option<&Key>,
        limit: usize,
        within: Within,
    ) -> Result<Page, StoreError> {
        let limit = limit.clamp(1, MAX_PAGE);
        let Some(range) = Range::new(prefix, after) else {
            return Ok(Page::default());
        };
        let ((family, from), (_, to)) = (split(&range.from), split(&range.to));
        let names = (from, to);
        let found = self
            .table
            .query(family, names, limit, within.deadline)
            .await?;
        let mut page = Page {
            items: Vec::with_capacity(found.rows.len()),
            next: found.last.map(|last| key(family, &last)).transpose()?,
        };
        for row in found.rows {
            let key = key(family, &row.name.name)?;
            page.items.extend(live(row, within).map(|item| (key, item)));
        }
        Ok(page)
    }

    async fn write(&self, writes: &[Write], within: Within) -> Result<Vec<u64>, StoreError> {
        bounded(writes)?;
        let mut versions = Vec::new();
        let mut rows = Vec::with_capacity(writes.len());
        for write in writes {
            let change = match &write.change {
                Change::Put { value, expires } => {
                    let version = fresh_version()?;
                    versions.push(version);
                    RowChange::Put {
                        value: value.clone(),
                        version,
                        expires: expires.map(|expires| seconds(expires, Round::Up)),
                    }
                }
                Change::Delete => RowChange::Delete,
                Change::Keep => RowChange::Keep,
            };
            rows.push(RowWrite {
                name: name(&write.key),
                condition: condition(write.when, within),
                change,
            });
        }
        self.table.write(rows, within.deadline).await?;
        Ok(versions)
    }
}

impl Store for DynamoDb {
    fn get<'a>(
        &'a self,
        key: &'a Key,
        within: Within,
    ) -> BoxFuture<'a, Result<Option<Item>, StoreError>> {
        Box::pin(self.read(key, within))
    }

    fn list<'a>(
        &'a self,
        prefix: &'a Prefix,
        after: Option<&'a Key>,
        limit: usize,
        within: Within,
    ) -> BoxFuture<'a, Result<Page, StoreError>> {
        Box::pin(self.page(prefix, after, limit, within))
    }

    fn transact<'a>(
        &'a self,
        writes: &'a [Write],
        within: Within,
    ) -> BoxFuture<'a, Result<Vec<u64>, StoreError>> {
        Box::pin(self.write(writes, within))
    }
}

fn name(key: &Key) -> RowName {
    let (family, name) = split(key.as_str());
    RowName {
        family: family.to_owned(),
        name: name.to_owned(),
    }
}

/// The family, and what follows its slash.
fn split(text: &str) -> (&str, &str) {
    text.split_once('/')
        .expect("keys and prefixes have a slash")
}

fn key(family: &str, name: &str) -> Result<Key, StoreError> {
    Key::new(&format!("{family}/{name}")).map_err(|_| StoreError::Corrupt)
}

fn live(row: Row, within: Within) -> Option<Item> {
    let now = seconds(within.now, Round::Down);
    row.expires
        .is_none_or(|expires| expires > now)
        .then(|| Item {
            value: row.value,
            version: row.version,
            expires: row.expires.and_then(moment),
        })
}

fn condition(when: When, within: Within) -> Condition {
    let now = seconds(within.now, Round::Down);
    match when {
        When::Always => Condition::None,
        When::Absent => Condition::Absent { now },
        When::Version(version) => Condition::Version { version, now },
    }
}

impl From<TableError> for StoreError {
    fn from(error: TableError) -> Self {
        match error {
            TableError::Condition => Self::Conflict,
            TableError::Busy => Self::Busy,
            TableError::Unreadable => Self::Corrupt,
            TableError::Call(CallError::Unreachable) => Self::Unreachable,
            TableError::Call(CallError::TimedOut) => Self::TimedOut,
            TableError::Call(CallError::Denied(action)) => {
                Self::Denied(format!("the role lacks `{action}`"))
            }
            TableError::Call(
                error @ (CallError::NoCredentials | CallError::UnavailableCredentials),
            ) => Self::Denied(error.to_string()),
            TableError::Call(error @ CallError::Unsendable) => Self::Refused(error.to_string()),
            TableError::Call(CallError::Throttled) => Self::Throttled,
            TableError::Call(CallError::Refused(code)) => Self::Refused(format!("`{code}`")),
        }
    }
}
