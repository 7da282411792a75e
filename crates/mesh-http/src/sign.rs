use std::fmt;
use std::pin::Pin;

use bytes::Bytes;
use http::{HeaderMap, Request};

/// Signs requests for servers that let in by a signature.
pub trait Signs: fmt::Debug + Send + Sync {
    /// The headers that make `request` a signed one: it must be complete, since what is changed afterwards breaks the signature.
    /// Without a scope, the host of the request says for whom it is signed.
    ///
    /// # Errors
    /// Why it cannot be signed, in words for the operator.
    fn headers<'a>(
        &'a self,
        request: &'a Request<Bytes>,
        scope: Option<&'a SigningScope>,
    ) -> Pin<Box<dyn Future<Output = Result<HeaderMap, String>> + Send + 'a>>;

    /// The credentials at hand were refused: others are looked for before the next request.
    fn refused(&self);
}

/// For whom a signature holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningScope {
    pub service: String,
    pub region: String,
}
