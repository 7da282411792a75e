//! The plain routes, for callers that speak no MCP; one file each.

pub(super) mod health;
pub(super) mod metrics;
pub(super) mod protected_resource;
pub(super) mod root;
pub(super) mod tools;
pub(super) mod unknown;
