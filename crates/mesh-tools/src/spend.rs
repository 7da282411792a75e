//! Calls that cost money: what they will cost, that they are paid once, and what was paid.

mod account;
mod cost;
mod elsewhere;
mod estimate;
mod kept;
mod once;
mod paid;
mod replays;
mod uncertain;

pub(crate) use account::Account;
pub use cost::Cost;
pub(crate) use estimate::Estimate;
pub(crate) use once::Deed;
pub(crate) use paid::{Bought, Purchase};
pub use paid::{Paid, Receipt};
pub(crate) use replays::Replays;
