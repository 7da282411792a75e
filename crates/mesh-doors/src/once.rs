use std::time::SystemTime;

use mesh_store::{Key, Store, StoreError, When, Within};

/// Whether a token was spent by this call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    First,
    /// It was spent before. Also where the answer to its first spending was lost: then nobody may go on with it.
    Again,
}

/// Spends a token that is good for one use, known by its SHA-256. `expires` is when the token itself is no longer taken: its
/// mark is kept as long as that.
///
/// # Errors
/// As the store. The token may then have been spent or not, and is not to be taken.
pub async fn spend(
    store: &dyn Store,
    digest: &[u8; 32],
    expires: SystemTime,
    within: Within,
) -> Result<Spent, StoreError> {
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let key = Key::new(&format!("once/{digest}")).expect("hexadecimal digits are a name");
    let put = store.put(&key, Vec::new(), Some(expires), When::Absent, within);
    match put.await {
        Ok(_) => Ok(Spent::First),
        Err(StoreError::Conflict) => Ok(Spent::Again),
        Err(error) => Err(error),
    }
}
