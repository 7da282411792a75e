use std::fmt;
use std::time::SystemTime;

use futures::future::BoxFuture;
use mesh_core::Deadline;

use crate::{Change, Item, Key, Page, Prefix, StoreError, When, Write};

/// A page has at most so many items, and ends sooner where they are large.
pub const MAX_PAGE: usize = 100;

/// When a call is made, and by when it is answered.
#[derive(Clone, Copy, Debug)]
pub struct Within {
    /// What has expired by then is not there.
    pub now: SystemTime,
    pub deadline: Deadline,
}

/// Where state is kept that outlives a request.
///
/// A read sees every write that was answered before it. A write is made whole or not at all, and one that was answered outlives
/// the process and the machine.
pub trait Store: fmt::Debug + Send + Sync {
    fn get<'a>(
        &'a self,
        key: &'a Key,
        within: Within,
    ) -> BoxFuture<'a, Result<Option<Item>, StoreError>>;

    /// The items under a prefix in the order of their keys, from the one after `after`.
    fn list<'a>(
        &'a self,
        prefix: &'a Prefix,
        after: Option<&'a Key>,
        limit: usize,
        within: Within,
    ) -> BoxFuture<'a, Result<Page, StoreError>>;

    /// All of the writes or none, each of another item. Returns the versions of what was put, in their order.
    fn transact<'a>(
        &'a self,
        writes: &'a [Write],
        within: Within,
    ) -> BoxFuture<'a, Result<Vec<u64>, StoreError>>;

    /// Returns the item's new version.
    fn put<'a>(
        &'a self,
        key: &'a Key,
        value: Vec<u8>,
        expires: Option<SystemTime>,
        when: When,
        within: Within,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(async move {
            let key = key.clone();
            let change = Change::Put { value, expires };
            let versions = self
                .transact(&[Write { key, when, change }], within)
                .await?;
            Ok(*versions.first().expect("a put has a version"))
        })
    }

    /// An item that is not there is deleted already, unless `when` demands one.
    fn delete<'a>(
        &'a self,
        key: &'a Key,
        when: When,
        within: Within,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let key = key.clone();
            let change = Change::Delete;
            self.transact(&[Write { key, when, change }], within)
                .await?;
            Ok(())
        })
    }
}
