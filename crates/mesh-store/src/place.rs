//! What both places have in common.

mod bounds;
mod range;
mod stamp;

pub(crate) use bounds::bounded;
pub(crate) use range::Range;
pub(crate) use stamp::{Round, fresh_version, moment, seconds};
