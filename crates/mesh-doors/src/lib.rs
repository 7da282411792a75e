//! Who calls, what they may use, how much of it, and a record of it.
//!
//! Nothing here knows a route, a tool or a vendor: what is asked for is a name, a family and an effect.

pub mod audit;
pub mod jwt;
pub mod keys;
pub mod limits;
pub mod once;
pub mod policy;
