//! The function from outside: a real bootstrap behind an emulated Runtime API, and what stands behind it on loopback.

mod bearer;
mod concurrency;
mod corpus;
mod deadline;
mod endurance;
mod events;
mod identity;
mod log;
mod measures;
mod misconfigured;
mod panic;
mod policy;
mod redaction;
mod secrets;
mod size;
mod state;
mod streaming;
mod support;
mod trace;
mod upstreams;
mod url;
mod vendor;
