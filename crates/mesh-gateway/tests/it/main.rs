//! Real processes as upstreams.

mod again;
mod changes;
mod follow;
mod http;
mod sandbox;
mod support;
