use http::request::Parts;
use http::{Response, StatusCode, header};
use jiff::Timestamp;

use crate::front::Fault;
use crate::front::answer::{Body, message};
use crate::sigv4::{Flaw, Verifier};
use crate::{Authorizer, Identity};

const FORBIDDEN: &str = "Forbidden. For troubleshooting Function URL authorization issues, see: \
     https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";

/// Who is let in, and as whom.
#[derive(Debug, Clone)]
pub enum Guard {
    /// Everybody, as nobody: a URL without authentication.
    Open,
    /// Everybody, as this principal: a signature is neither needed nor looked at.
    Trusting(Identity),
    /// Whoever signs with the right credentials, as this principal.
    Signed(Verifier, Identity),
}

#[derive(Debug)]
pub(super) enum Refusal {
    /// Nobody signed, or the one who did may not.
    Forbidden,
    Flawed(Flaw),
}

impl Guard {
    pub(super) fn admit(
        &self,
        parts: &Parts,
        body: &[u8],
        fault: Option<Fault>,
    ) -> Result<Option<Authorizer>, Refusal> {
        let identity = match self {
            Self::Open => return Ok(None),
            Self::Trusting(identity) => identity,
            Self::Signed(..) if !parts.headers.contains_key(header::AUTHORIZATION) => {
                let accepted = fault == Some(Fault::UnsignedAccepted);
                return if accepted {
                    Ok(None)
                } else {
                    Err(Refusal::Forbidden)
                };
            }
            Self::Signed(verifier, identity) => {
                verifier
                    .verify(parts, body, Timestamp::now())
                    .map_err(Refusal::Flawed)?;
                identity
            }
        };
        Ok(Some(Authorizer::Iam(identity.clone())))
    }
}

impl Refusal {
    /// As AWS words it: the front of Lambda says `Message`, the check of signatures behind it says `message`.
    pub(super) fn into_response(self) -> Response<Body> {
        match self {
            Self::Forbidden => message(
                StatusCode::FORBIDDEN,
                "AccessDeniedException",
                "Message",
                FORBIDDEN,
            ),
            Self::Flawed(flaw) => message(
                StatusCode::FORBIDDEN,
                flaw.kind(),
                "message",
                &flaw.to_string(),
            ),
        }
    }
}
