//! Real processes as upstreams.

mod again;
mod follow;
mod sandbox;
mod support;
