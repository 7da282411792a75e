use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use mesh_core::Caller;

/// What a platform in front of the router knows of a request, and no header of the client's can say. It stands in the
/// request's extensions.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The platform's own name for the request, under which its log has it.
    pub request_id: Arc<str>,
    /// Who calls, where the platform has checked a signature or a token.
    pub caller: Option<Caller>,
    /// The moment from which on nobody would wait for an answer.
    pub deadline: Option<Instant>,
}

/// An answer's body as it stands in a platform's JSON, where most of it was written so beforehand.
///
/// It is in the answer's extensions, and holds for this body alone: who finds another passes it over.
#[derive(Clone, Debug)]
pub struct Escaped {
    pub body: Bytes,
    /// A string of JSON, with its quotes.
    pub json: Bytes,
}
