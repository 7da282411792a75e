use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use mesh_core::hex;
use mesh_store::{Key, Store, StoreError, When, Within};

/// So many marks are kept where there is no store: who is limited to some calls a minute never makes as many.
const MAX_MARKS: usize = 100_000;

/// Tokens that are good for one use, each known by its SHA-256.
#[derive(Debug)]
pub enum Once {
    /// A token is spent for all who share the store.
    Shared(Arc<dyn Store>),
    /// A token is spent for this process, as long as it runs; the mark of each is kept until the moment beside it.
    Here(Mutex<HashMap<[u8; 32], SystemTime>>),
}

/// Whether a token was spent by this call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    First,
    /// It was spent before. Also where the answer to its first spending was lost: then nobody may go on with it.
    Again,
}

impl Once {
    #[must_use]
    pub fn new(store: Option<Arc<dyn Store>>) -> Self {
        store.map_or_else(|| Self::Here(Mutex::default()), Self::Shared)
    }

    /// Spends a token. `expires` is when the token itself is no longer taken: its mark is kept as long as that.
    ///
    /// # Errors
    /// As the store. The token may then have been spent or not, and is not to be taken.
    pub async fn spend(
        &self,
        digest: &[u8; 32],
        expires: SystemTime,
        within: Within,
    ) -> Result<Spent, StoreError> {
        match self {
            Self::Shared(store) => put(&**store, digest, expires, within).await,
            Self::Here(marks) => {
                let mut marks = marks.lock().unwrap_or_else(PoisonError::into_inner);
                mark(&mut marks, *digest, expires, within.now)
            }
        }
    }
}

async fn put(
    store: &dyn Store,
    digest: &[u8; 32],
    expires: SystemTime,
    within: Within,
) -> Result<Spent, StoreError> {
    let digest = hex(digest);
    let key = Key::new(&format!("once/{digest}")).expect("hexadecimal digits are a name");
    let put = store.put(&key, Vec::new(), Some(expires), When::Absent, within);
    match put.await {
        Ok(_) => Ok(Spent::First),
        Err(StoreError::Conflict) => Ok(Spent::Again),
        Err(error) => Err(error),
    }
}

fn mark(
    marks: &mut HashMap<[u8; 32], SystemTime>,
    digest: [u8; 32],
    expires: SystemTime,
    now: SystemTime,
) -> Result<Spent, StoreError> {
    if marks.get(&digest).is_some_and(|until| *until > now) {
        return Ok(Spent::Again);
    }
    if marks.len() >= MAX_MARKS {
        marks.retain(|_, until| *until > now);
    }
    if marks.len() >= MAX_MARKS {
        return Err(StoreError::Full);
    }
    marks.insert(digest, expires);
    Ok(Spent::First)
}
