//! What the targets share: the server's door, and what must hold of everything that is read.

mod edge;
mod read;

pub use edge::{Answer, Edge};
pub use read::{mails, passages, tickets};
