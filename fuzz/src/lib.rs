//! What the targets share: the server's door, and what must hold of everything that is read.

mod door;
mod edge;
mod read;

pub use door::{Door, token};
pub use edge::{Answer, Edge};
pub use read::{mails, passages, tickets};
