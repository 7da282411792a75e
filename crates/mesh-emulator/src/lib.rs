//! Lambda on loopback: a real bootstrap is started, given events and listened to exactly as Lambda does it.
//!
//! [`Function`] is one execution environment: a process with a Runtime API of its own. [`Event`] is what a Function URL or
//! an HTTP API would hand it, [`Outcome`] what became of an invocation. Everything lives on the caller's Tokio runtime:
//! on a current-thread one no other thread stands between the clock and the function's socket.

mod event;
mod exchange;
mod failure;
mod front;
mod function;
mod invocation;
mod payload;
mod reply;
mod runtime_api;
mod sigv4;

pub use event::{Authorizer, Event, Identity};
pub use failure::Failure;
pub use front::{Fault, Front, Guard, Mode};
pub use function::{Bootstrap, Environment, Function, Lines, Output, StartError, Usage};
pub use invocation::{Deadline, Invocation, Options, Outcome};
pub use payload::Payload;
pub use reply::{Chunk, Head, Reply};
pub use sigv4::{Credentials, Flaw, Verifier};
