use std::collections::BTreeMap;
use std::time::SystemTime;

use jiff::Timestamp;
use mesh_store::{Item, Key, MAX_PAGE, Prefix, Store, StoreError, When, Within};
use serde_json::{Value, json};

use super::{Chain, Head};

/// Keeps the head of a chain in the store as `audit/ENVIRONMENT/INSTANCE` until then, which is to be as long as the lines
/// themselves are kept.
///
/// # Errors
/// As the store; or the names of environment and instance are no part of a key.
pub async fn anchor(
    store: &dyn Store,
    chain: &Chain,
    until: SystemTime,
    within: Within,
) -> Result<(), StoreError> {
    let key = key(chain.environment(), chain.instance())?;
    let Head { seq, hash } = chain.head();
    let at = Timestamp::try_from(within.now).unwrap_or_default();
    let value = json!({"seq": seq, "hash": hash, "at": format!("{at:.3}")}).to_string();
    let put = store.put(&key, value.into_bytes(), Some(until), When::Always, within);
    put.await.map(drop)
}

/// What was kept last of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchored {
    pub head: Head,
    /// When it was kept.
    pub at: Timestamp,
}

/// What is kept of all chains, by environment and instance.
///
/// # Errors
/// When the store fails, or what it has is no head.
pub async fn anchored(
    store: &dyn Store,
    within: Within,
) -> Result<BTreeMap<(String, String), Anchored>, StoreError> {
    let prefix = Prefix::new("audit/").expect("it is the beginning of a key");
    let (mut heads, mut after) = (BTreeMap::new(), None);
    loop {
        let page = store
            .list(&prefix, after.as_ref(), MAX_PAGE, within)
            .await?;
        for (key, item) in &page.items {
            let (chain, anchored) = chain(key).zip(read(item)).ok_or(StoreError::Corrupt)?;
            heads.insert(chain, anchored);
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(heads),
        }
    }
}

/// An environment is one word; an instance may have slashes.
fn chain(key: &Key) -> Option<(String, String)> {
    let (_, chain) = key.as_str().split_once('/')?;
    let (environment, instance) = chain.split_once('/')?;
    Some((environment.to_owned(), instance.to_owned()))
}

fn key(environment: &str, instance: &str) -> Result<Key, StoreError> {
    let key = Key::new(&format!("audit/{environment}/{instance}"));
    key.map_err(|error| StoreError::Refused(error.to_string()))
}

fn read(item: &Item) -> Option<Anchored> {
    let held: Value = serde_json::from_slice(&item.value).ok()?;
    let head = Head {
        seq: held.get("seq")?.as_u64()?,
        hash: held.get("hash")?.as_str()?.to_owned(),
    };
    let at = held.get("at")?.as_str()?.parse().ok()?;
    Some(Anchored { head, at })
}
