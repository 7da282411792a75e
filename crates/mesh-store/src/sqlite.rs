mod fault;
mod file;
mod rows;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use mesh_core::Deadline;
use rusqlite::Connection;
use tokio::sync::Mutex;
use tokio::time::timeout_at;

use crate::place::{Range, Round, bounded, seconds};
use crate::{Item, Key, MAX_PAGE, Page, Prefix, Store, StoreError, Within, Write};

/// Items in `state.db`, one file that several processes share.
///
/// A write is on the disk when it is answered. Calls of one process follow each other.
#[derive(Clone, Debug)]
pub struct Sqlite {
    connection: Arc<Mutex<Connection>>,
}

impl Sqlite {
    /// Opens `state.db` in `folder`, and makes both where they are not there: for their owner alone.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn open(folder: &Path, deadline: Deadline) -> Result<Self, StoreError> {
        let folder = folder.to_owned();
        let connection = blocking(deadline, move || file::open(&folder, deadline)).await?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
        })
    }

    /// Runs `work` where it may block, with the connection for itself. It waits for other processes until the deadline, and
    /// what has begun by then comes to its end unseen.
    async fn run<T: Send + 'static>(
        &self,
        deadline: Deadline,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let lock = Arc::clone(&self.connection).lock_owned();
        let lock = timeout_at(deadline.at().into(), lock).await;
        let mut connection = lock.map_err(|_| StoreError::Busy)?;
        blocking(deadline, move || {
            connection.busy_timeout(wait(deadline)?)?;
            work(&mut connection)
        })
        .await
    }
}

impl Store for Sqlite {
    fn get<'a>(
        &'a self,
        key: &'a Key,
        within: Within,
    ) -> BoxFuture<'a, Result<Option<Item>, StoreError>> {
        let (key, now) = (key.clone(), seconds(within.now, Round::Down));
        Box::pin(self.run(within.deadline, move |connection| {
            rows::get(connection, key.as_str(), now)
        }))
    }

    fn list<'a>(
        &'a self,
        prefix: &'a Prefix,
        after: Option<&'a Key>,
        limit: usize,
        within: Within,
    ) -> BoxFuture<'a, Result<Page, StoreError>> {
        let (range, limit) = (Range::new(prefix, after), limit.clamp(1, MAX_PAGE));
        let now = seconds(within.now, Round::Down);
        Box::pin(self.run(within.deadline, move |connection| match range {
            Some(range) => rows::list(connection, &range, limit, now),
            None => Ok(Page::default()),
        }))
    }

    fn transact<'a>(
        &'a self,
        writes: &'a [Write],
        within: Within,
    ) -> BoxFuture<'a, Result<Vec<u64>, StoreError>> {
        Box::pin(async move {
            bounded(writes)?;
            let (writes, now) = (writes.to_vec(), seconds(within.now, Round::Down));
            self.run(within.deadline, move |connection| {
                rows::write(connection, writes, now)
            })
            .await
        })
    }
}

/// How long other processes may be waited for: it ends before the deadline, so that it is told what was waited for.
fn wait(deadline: Deadline) -> Result<Duration, StoreError> {
    Ok(left(deadline)? * 9 / 10)
}

fn left(deadline: Deadline) -> Result<Duration, StoreError> {
    let left = deadline.remaining(Instant::now());
    if left.is_zero() {
        return Err(StoreError::TimedOut);
    }
    Ok(left)
}

async fn blocking<T: Send + 'static>(
    deadline: Deadline,
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    left(deadline)?;
    let work = tokio::task::spawn_blocking(work);
    match timeout_at(deadline.at().into(), work).await {
        Ok(Ok(done)) => done,
        // Its own words would quote what the panic said.
        Ok(Err(_)) => Err(StoreError::Refused(
            "a panic; its message is above".to_owned(),
        )),
        Err(_) => Err(StoreError::TimedOut),
    }
}
