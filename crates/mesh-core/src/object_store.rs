use std::fmt;
use std::fs::File;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::{Deadline, Secret};

/// Where objects are kept for some hours, and handed out by addresses that are good for some minutes.
pub trait ObjectStore: fmt::Debug + Send + Sync {
    /// Keeps an object whole or not at all.
    ///
    /// # Errors
    /// See [`ObjectFault`].
    fn put<'a>(
        &'a self,
        key: &'a str,
        object: &'a NewObject,
        when: PutWhen<'a>,
        deadline: Deadline,
    ) -> ObjectFuture<'a, ()>;

    /// An object of at most `max_bytes`.
    ///
    /// # Errors
    /// See [`ObjectFault`].
    fn get<'a>(
        &'a self,
        key: &'a str,
        max_bytes: u64,
        deadline: Deadline,
    ) -> ObjectFuture<'a, FoundObject>;

    /// An address at which anybody can have the object, from `now` for `valid_for` at most. Nothing is asked of the store.
    ///
    /// # Errors
    /// Where there is nothing to sign it with.
    fn link<'a>(
        &'a self,
        key: &'a str,
        now: SystemTime,
        valid_for: Duration,
    ) -> ObjectFuture<'a, ObjectLink>;
}

pub type ObjectFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, ObjectFault>> + Send + 'a>>;

/// An object before it is kept: a file, since it may be larger than what should be in memory.
#[derive(Debug)]
pub struct NewObject {
    pub file: Arc<File>,
    pub length: u64,
    pub sha256: [u8; 32],
    pub media_type: String,
}

/// On what condition an object is kept; whoever else writes it at the same time has another turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutWhen<'a> {
    Always,
    /// There is none of that key.
    Absent,
    /// There is the one that had this version when it was read.
    Unchanged(&'a str),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundObject {
    pub bytes: Vec<u8>,
    /// Differs with each write of other bytes.
    pub version: String,
}

/// Whoever has the address has the object.
#[derive(Clone, Debug)]
pub struct ObjectLink {
    pub url: Secret,
    pub until: SystemTime,
}

/// Why an object was not kept or had. The words are for the operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ObjectFault {
    /// Or the store does not say whether it is.
    #[error("it is not there")]
    NotThere,
    #[error("it is larger than there is room for")]
    TooLarge,
    /// See [`PutWhen`].
    #[error("somebody else has written it meanwhile")]
    Conflict,
    #[error("{0}")]
    Failed(String),
}
