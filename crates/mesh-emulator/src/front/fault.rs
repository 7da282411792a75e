use bytes::Bytes;
use http::{HeaderValue, Response, header};

use crate::front::answer::{self, Body};
use crate::front::guard::Refusal;

/// A deployment gone wrong in one way, for those who must notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Fault {
    /// A request without a signature is let in, as by a URL without authentication.
    UnsignedAccepted,
    /// Every request that is let in gets a 502.
    BadGateway,
    /// Every request that is let in gets a page of HTML.
    Html,
    /// Callers lack `lambda:InvokeFunction`.
    MissingInvokeFunction,
    /// Callers lack `lambda:InvokeFunctionUrl`.
    MissingInvokeFunctionUrl,
}

impl Fault {
    /// What is answered in the function's place.
    pub(super) fn answer(self) -> Option<Response<Body>> {
        match self {
            Self::UnsignedAccepted => None,
            Self::BadGateway => Some(answer::bad_gateway()),
            Self::Html => Some(page()),
            // To a client both are the same: AWS does not say which permission is missing.
            Self::MissingInvokeFunction | Self::MissingInvokeFunctionUrl => {
                Some(Refusal::Forbidden.into_response())
            }
        }
    }
}

fn page() -> Response<Body> {
    let text = "<!DOCTYPE html><html><body><h1>It works!</h1></body></html>";
    let mut response = Response::new(answer::full(Bytes::from_static(text.as_bytes())));
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
