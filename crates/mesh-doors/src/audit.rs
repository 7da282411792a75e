//! A record of every decision, in which a change shows.
//!
//! Each instance writes a chain: a line holds the hash of the line before it and of itself, so one that was changed, taken out,
//! put in or moved is found by [`verify`]. That the end was cut off shows where the chain's [`Head`] is kept elsewhere
//! ([`anchor`]). Who can write the lines and the anchors and knows how can write another chain: what keeps them apart is that
//! nobody may do both.

mod anchor;
mod chain;
mod digest;
mod kept;
mod line;
mod report;
mod verify;

pub use anchor::{Anchored, anchor, anchored};
pub use chain::{Chain, Head};
pub use digest::Salt;
pub use kept::{KeptLine, keep, kept};
pub use line::{Decision, Entry, Outcome};
pub use report::{ChainReport, Fault, Flaw, Gone, Report};
pub use verify::verify;
