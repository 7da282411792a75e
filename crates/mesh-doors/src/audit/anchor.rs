use std::time::Duration;

use mesh_store::{Item, Key, Store, StoreError, When, Within};
use serde_json::{Value, json};

use super::{Chain, Head};

/// Keeps the head of a chain in the store as `audit/ENVIRONMENT/INSTANCE` for so long, which is to be as long as the lines
/// themselves are kept.
///
/// # Errors
/// As the store; or the names of environment and instance are no part of a key.
pub async fn anchor(
    store: &dyn Store,
    chain: &Chain,
    kept: Duration,
    within: Within,
) -> Result<(), StoreError> {
    let key = key(chain.environment(), chain.instance())?;
    let Head { seq, hash } = chain.head();
    let value = json!({"seq": seq, "hash": hash}).to_string();
    let put = store.put(
        &key,
        value.into_bytes(),
        Some(within.now + kept),
        When::Always,
        within,
    );
    put.await.map(drop)
}

/// The head that was kept last of a chain.
///
/// # Errors
/// As the store; or what is there is no head.
pub async fn anchored(
    store: &dyn Store,
    environment: &str,
    instance: &str,
    within: Within,
) -> Result<Option<Head>, StoreError> {
    let found = store.get(&key(environment, instance)?, within).await?;
    found
        .map(|item| read(&item).ok_or(StoreError::Corrupt))
        .transpose()
}

fn key(environment: &str, instance: &str) -> Result<Key, StoreError> {
    let key = Key::new(&format!("audit/{environment}/{instance}"));
    key.map_err(|error| StoreError::Refused(error.to_string()))
}

fn read(item: &Item) -> Option<Head> {
    let held: Value = serde_json::from_slice(&item.value).ok()?;
    Some(Head {
        seq: held.get("seq")?.as_u64()?,
        hash: held.get("hash")?.as_str()?.to_owned(),
    })
}
