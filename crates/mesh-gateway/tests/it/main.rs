//! Real processes as upstreams.

mod again;
mod changes;
mod crashes;
mod follow;
mod http;
mod lists;
mod mirrored;
mod moved;
mod oauth;
mod sandbox;
mod sign;
mod support;
