//! The one HTTP client, for vendors and for the SDKs of AWS.
//!
//! Every exchange has a deadline and a bound on its answer. A request that may be sent twice is; a host that goes on failing
//! is left alone for a while; and no connection from before a freeze of the process is used again.

mod address;
mod body;
mod breaker;
mod client;
mod error;
mod file;
mod media_type;
mod pool;
mod retry;
mod sdk;
mod sign;
mod tls;

pub use address::{AddressError, secure_address};
pub use body::Streamed;
pub use client::{Bounds, HttpClient};
pub use error::{HttpError, Refusal};
pub use file::FileBody;
pub use media_type::{is_event_stream, media_type};
pub use sign::{SigningScope, Signs};
pub use tls::{Identity, Roots, RootsError};
