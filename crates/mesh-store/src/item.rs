use std::time::SystemTime;

use crate::Key;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub value: Vec<u8>,
    /// Says that nothing was written in between. It is not a count: two versions can be compared for equality alone.
    pub version: u64,
    /// From this moment on the item is gone, whatever still holds it.
    pub expires: Option<SystemTime>,
}

/// Some items in the order of their keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub items: Vec<(Key, Item)>,
    /// Where the next page goes on; nothing where this is the last one. A page may be empty though others follow.
    pub next: Option<Key>,
}
