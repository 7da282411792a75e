//! Every source that can be asked is asked at once; what comes in time is put into one order.

mod fuse;
mod report;

pub use fuse::{Ranked, fuse};
pub(crate) use report::{Searched, asked};
pub use report::{SearchedSource, SourceState};
