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
mod refused;
mod resumed;
mod sandbox;
mod scripted;
mod sign;
mod starts;
mod subscribed;
mod support;
mod taken_back;
