//! Tokens of an authorization server: signed claims (RFC 7519), as a resource server of OAuth 2.1 takes them.
//!
//! A token is checked in the order of what it costs: its length, its form, its claims, and last its signature, for which the
//! issuer's keys may have to be fetched. Whatever is wrong with it, the caller learns the same.

mod algorithm;
mod claims;
mod discovery;
mod fetch;
mod key;
mod keys;
mod metadata;
mod token;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use mesh_core::{Deadline, Subject};
use mesh_http::HttpClient;

pub use algorithm::Algorithm;
pub use metadata::Metadata;

use fetch::Source;
use keys::Keys;
use token::Token;

/// Clocks of two machines differ by seconds; a minute is what most servers allow for.
pub const LEEWAY: Duration = Duration::from_secs(60);

/// Whose tokens are taken, and which.
#[derive(Clone, Debug)]
pub struct Trust {
    /// The issuer, as `iss` has it, to the letter.
    pub issuer: String,
    /// A token must be meant for one of them.
    pub audiences: Vec<String>,
    pub algorithms: Vec<Algorithm>,
    /// Where the issuer's keys are; absent, the issuer's metadata is asked.
    pub jwks_url: Option<String>,
    pub leeway: Duration,
}

/// Why a token lets nobody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// Whatever is wrong with it.
    #[error("invalid token")]
    Invalid,
    /// The issuer's keys cannot be had, so nothing can be said of the token.
    #[error("the issuer's keys cannot be read at the moment")]
    KeysUnavailable,
}

/// Why it does, for the log: it says nothing that the token does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("it is longer than {} bytes", token::MAX_BYTES)]
    TooLong,
    #[error("it is no signed token in the compact form")]
    Malformed,
    #[error("its header names an extension (`crit`)")]
    Critical,
    #[error("its `typ` is that of another kind of token")]
    Type,
    #[error("its `alg` is not one of the algorithms that are taken")]
    Algorithm,
    #[error("its `iss` is not the issuer")]
    Issuer,
    #[error("its `aud` names none of the audiences")]
    Audience,
    #[error("it has no `exp`, or one that is over")]
    Expired,
    #[error("its `nbf` or `iat` is still to come, or no time")]
    NotYet,
    #[error("it has no `sub` of 1 to {} bytes", claims::MAX_SUBJECT_BYTES)]
    Subject,
    #[error("the issuer has no such key, or several")]
    UnknownKey,
    #[error("its signature is wrong")]
    Signature,
}

/// Checks tokens. Clones share the issuer's keys.
#[derive(Clone, Debug)]
pub struct Verifier {
    trust: Arc<Trust>,
    keys: Keys,
}

impl Verifier {
    #[must_use]
    pub fn new(http: HttpClient, trust: Trust) -> Self {
        let source = Source {
            http,
            issuer: trust.issuer.clone(),
            jwks_url: trust.jwks_url.clone(),
        };
        Self {
            trust: Arc::new(trust),
            keys: Keys::new(source),
        }
    }

    /// Who a token was made for. The issuer is asked for its keys where they are not at hand, within `deadline`.
    ///
    /// # Errors
    /// See [`JwtError`].
    pub async fn verify(
        &self,
        token: &str,
        now: SystemTime,
        deadline: Deadline,
    ) -> Result<Arc<Subject>, JwtError> {
        let token = Token::parse(token, &self.trust.algorithms).map_err(refused)?;
        let subject = claims::subject(token.claims, &self.trust, now).map_err(refused)?;
        let key = self.keys.find(&token.header, now, deadline).await?;
        let key = key.ok_or_else(|| refused(Fault::UnknownKey))?;
        if !key.has_signed(token.header.algorithm, token.signed, &token.signature) {
            return Err(refused(Fault::Signature));
        }
        Ok(Arc::new(subject))
    }
}

fn refused(fault: Fault) -> JwtError {
    tracing::debug!(%fault, "a token was refused");
    JwtError::Invalid
}
