//! Words every crate shares. No I/O, and no clock: `now` is always an argument.

mod caller;
mod deadline;
mod metrics;
mod secret;
mod shown;

pub use caller::Caller;
pub use deadline::Deadline;
pub use metrics::{BUCKETS, Metrics, Outcome, Snapshot, ToolCounts};
pub use secret::Secret;
pub use shown::shown;
