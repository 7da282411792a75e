use std::collections::HashSet;

use crate::{Change, MAX_TOTAL_BYTES, MAX_VALUE_BYTES, MAX_WRITES, StoreError, Write};

/// Refuses what one of the two places could not take, so that neither takes it.
pub(crate) fn bounded(writes: &[Write]) -> Result<(), StoreError> {
    if writes.len() > MAX_WRITES {
        return Err(StoreError::Refused(format!(
            "a transaction of more than {MAX_WRITES} writes"
        )));
    }
    let mut keys = HashSet::new();
    if !writes.iter().all(|write| keys.insert(&write.key)) {
        return Err(StoreError::Refused(
            "a transaction that writes an item twice".to_owned(),
        ));
    }
    let sizes = writes.iter().map(|write| match &write.change {
        Change::Put { value, .. } => value.len(),
        Change::Delete | Change::Keep => 0,
    });
    let too_large = |what, limit| Err(StoreError::TooLarge { what, limit });
    if sizes.clone().any(|size| size > MAX_VALUE_BYTES) {
        return too_large("a value", MAX_VALUE_BYTES);
    }
    if sizes.sum::<usize>() > MAX_TOTAL_BYTES {
        return too_large("a transaction", MAX_TOTAL_BYTES);
    }
    Ok(())
}
