use std::time::SystemTime;

use mesh_store::{Change, Key, MAX_PAGE, Prefix, Store, StoreError, When, Within, Write};

use super::Chain;

/// A line on its way into a store, as `record/ENVIRONMENT/INSTANCE/NUMBER`.
#[derive(Clone, Debug)]
pub struct KeptLine {
    key: Key,
    text: String,
    expires: SystemTime,
}

impl KeptLine {
    /// The line that the chain ends with, which is gone from `expires` on.
    ///
    /// # Errors
    /// Where the names of environment and instance are no part of a key.
    pub fn last_of(chain: &Chain, text: String, expires: SystemTime) -> Result<Self, StoreError> {
        let (environment, instance) = (chain.environment(), chain.instance());
        let seq = chain.head().seq;
        // With so many digits they are in order as text.
        let key = Key::new(&format!("record/{environment}/{instance}/{seq:020}"));
        Ok(Self {
            key: key.map_err(|error| StoreError::Refused(error.to_string()))?,
            text,
            expires,
        })
    }
}

/// Keeps lines, 25 at most, all or none. To keep one again changes nothing.
///
/// # Errors
/// When the store fails: nothing was kept then.
pub async fn keep(store: &dyn Store, lines: &[KeptLine], within: Within) -> Result<(), StoreError> {
    let writes: Vec<_> = lines
        .iter()
        .map(|line| Write {
            key: line.key.clone(),
            when: When::Always,
            change: Change::Put {
                value: line.text.clone().into_bytes(),
                expires: Some(line.expires),
            },
        })
        .collect();
    store.transact(&writes, within).await.map(drop)
}

/// The lines of a store, each with its name there: one chain after the other, in the order in which they were written.
///
/// # Errors
/// As the store. Each page of lines has the time that `within` gives it.
pub async fn kept(
    store: &dyn Store,
    within: impl Fn() -> Within,
) -> Result<Vec<(String, String)>, StoreError> {
    let prefix = Prefix::new("record/").expect("it is the beginning of a key");
    let (mut lines, mut after) = (Vec::new(), None);
    loop {
        let page = store
            .list(&prefix, after.as_ref(), MAX_PAGE, within())
            .await?;
        let texts = page.items.iter().map(|(key, item)| {
            let text = String::from_utf8_lossy(&item.value).into_owned();
            (key.as_str().to_owned(), text)
        });
        lines.extend(texts);
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(lines),
        }
    }
}
