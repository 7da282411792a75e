//! The server on AWS Lambda. What Lambda says is translated here, once: an event into a request with its [`Edge`], a response
//! into what the platform takes. Everything else is `mesh-app`, as anywhere.
//!
//! [`Edge`]: mesh_app::edge::Edge

mod after;
mod answer;
mod broken;
mod corpus;
mod deadline;
mod edge;
mod event;
mod provide;
mod run;
mod runtime;
mod runtime_api;
mod splice;
mod upstreams;

pub use run::run;
