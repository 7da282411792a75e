//! State that outlives a request: one trait, and two places that keep it.
//!
//! An item is some bytes under a [`Key`], with a version that differs with each write and, where it is not for ever, the moment
//! from which it is gone. [`Sqlite`] keeps items in one file that several processes share, [`DynamoDb`] in one table that all
//! environments of a function share. One suite of tests holds both to the same behaviour: `tests/it/suite.rs`.

mod error;
mod item;
mod key;
mod store;
mod write;

#[cfg(feature = "dynamodb")]
mod dynamodb;
#[cfg(any(feature = "dynamodb", feature = "sqlite"))]
mod place;
#[cfg(feature = "sqlite")]
mod sqlite;

#[cfg(feature = "dynamodb")]
pub use dynamodb::DynamoDb;
pub use error::StoreError;
pub use item::{Item, Page};
pub use key::{InvalidKey, Key, MAX_KEY_BYTES, Prefix};
#[cfg(feature = "sqlite")]
pub use sqlite::Sqlite;
pub use store::{MAX_PAGE, Store, Within};
pub use write::{Change, MAX_TOTAL_BYTES, MAX_VALUE_BYTES, MAX_WRITES, When, Write};
