//! What every request passes, one file each; [`super::router`] has their order.

mod authenticate;
mod hops;
mod origin;
mod record;
mod request_id;
mod rescue;
mod turned_away;

pub(super) use authenticate::{UNAUTHORIZED, authenticate};
pub(super) use hops::hops;
pub(super) use origin::origin;
pub(super) use record::record;
pub(super) use request_id::{RequestId, request_id};
pub(super) use rescue::rescue;
