//! rmcp's `ServerHandler`, thin: each method asks the catalogue or the dispatcher and says the answer in MCP.
//!
//! Which of the five revisions speaks is rmcp's to know; what differs in substance is whether the client can be reached
//! again after its answer: [`Mode`].

mod answer;
mod call;
mod change;
mod handler;
mod info;
mod method;
mod passed_on;
mod read;
mod rounds;
mod seal;
mod server;
mod size;
mod subscribe;
mod talk;

pub(crate) use answer::{
    failure as tool_failure, result as tool_result, result_in as tool_result_in, told_failure,
    tool as tool_wire, upstream_error,
};
pub(crate) use call::unknown_tool;
pub(crate) use handler::{Handler, Incoming, Mode, Written};
pub(crate) use method::known as known_method;
pub(crate) use read::unknown as unknown_resource;
pub(crate) use rounds::{Binding, LIFETIME as STATE_LIFETIME};
pub(crate) use seal::{Seal, Stamp};
pub(crate) use server::in_scope;
pub(crate) use size::{Measured, bytes as json_bytes};
