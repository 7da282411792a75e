use std::time::SystemTime;

use crate::Key;

pub const MAX_VALUE_BYTES: usize = 256 * 1024;
/// Few, and small together: what one transaction holds is decided at once.
pub const MAX_WRITES: usize = 25;
/// DynamoDB's limit is four times that.
pub const MAX_TOTAL_BYTES: usize = 1024 * 1024;

/// What must hold of an item for it to be written. An item that has expired is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Always,
    Absent,
    /// It is there, and nothing was written since it had this version.
    Version(u64),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Put {
        value: Vec<u8>,
        /// Kept to the whole second, rounded up.
        expires: Option<SystemTime>,
    },
    Delete,
    /// The condition alone: the others of its transaction hang on it.
    Keep,
}

/// One write of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    pub key: Key,
    pub when: When,
    pub change: Change,
}
