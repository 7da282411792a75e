//! Our own MCP client: it speaks with any server, in whichever revision, and shows it what it wants to see of a caller.
//!
//! A server is asked for the newest revision first (`server/discover`), then for a session (`initialize`), and where it takes
//! no POST at all, over the transport of 2024-11-05.

pub(crate) mod address;
mod authentication;
pub(crate) mod body;
mod conversation;
mod endpoint;
mod event_stream;
mod fault;
mod legacy;
mod message;
pub(crate) mod modern;

pub(crate) use authentication::Authentication;
pub(crate) use conversation::Conversation;
pub(crate) use endpoint::Endpoint;
pub(crate) use fault::CallFault;
pub(crate) use legacy::Legacy;
pub(crate) use modern::Modern;
