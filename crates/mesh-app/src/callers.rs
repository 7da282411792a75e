//! Who calls, by what they show. One answer for all that is wrong with it, so that nobody learns how near they came.

mod oauth;
mod shown;

use std::sync::{Arc, Mutex};

use http::HeaderMap;
use jiff::tz::TimeZone;
use mesh_core::{Caller, Deadline, KeyId, Parameter, lock};
use mesh_doors::jwt::JwtError;
use mesh_doors::keys::{self, KeyError, Keyring};
use mesh_tools::Secrets;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::config::{BearerDigest, Config};
pub(crate) use oauth::{ENDPOINTS, OAuth, WELL_KNOWN};
use shown::{Shown, shown};

#[derive(Debug)]
pub(crate) struct Callers {
    bearer: Option<BearerDigest>,
    keys: Option<Keys>,
    oauth: Option<OAuth>,
}

/// Why a request is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unrecognised {
    ShowedNothing,
    /// What it shows is nothing we know.
    Unknown,
    /// Its token lacks a scope that every token must have.
    LacksScope,
    /// What it shows cannot be checked at the moment.
    Unchecked,
}

impl Callers {
    pub(crate) fn new(config: &Config, secrets: &Secrets) -> Self {
        Self {
            bearer: config.server.bearer,
            oauth: OAuth::new(&config.callers),
            keys: config.server.takes_keys().then(|| Keys {
                secrets: secrets.clone(),
                read: Mutex::default(),
            }),
        }
    }

    /// Whether a caller that shows nothing is let in by nothing here.
    pub(crate) const fn are_told_apart(&self) -> bool {
        self.bearer.is_some() || self.keys.is_some() || self.oauth.is_some()
    }

    pub(crate) const fn oauth(&self) -> Option<&OAuth> {
        self.oauth.as_ref()
    }

    /// # Errors
    /// [`Unrecognised`], for whatever reason.
    pub(crate) async fn caller(
        &self,
        headers: &HeaderMap,
        query: Option<&str>,
        deadline: Deadline,
    ) -> Result<Caller, Unrecognised> {
        let token = match shown(headers, query) {
            Shown::Token(token) => token,
            Shown::Nothing => return Err(Unrecognised::ShowedNothing),
            Shown::Unreadable => return Err(Unrecognised::Unknown),
        };
        if self.bearer.as_ref().is_some_and(|bearer| is(token, bearer)) {
            return Ok(Caller::Bearer);
        }
        let by_key = match self.keys.as_ref().filter(|_| keys::is_key(token)) {
            Some(given_out) => given_out.caller(token, deadline).await,
            None => Err(Unrecognised::Unknown),
        };
        let refused = match by_key {
            Ok(id) => return Ok(Caller::Key(id)),
            Err(refused) => refused,
        };
        let Some(oauth) = &self.oauth else {
            return Err(refused);
        };
        oauth
            .caller(token, deadline)
            .await
            .map_err(|error| match error {
                JwtError::Invalid => refused,
                JwtError::KeysUnavailable => Unrecognised::Unchecked,
            })
    }

    /// Whoever was recognised, here or by the platform, where a token of theirs may be used here at all.
    ///
    /// # Errors
    /// [`Unrecognised::LacksScope`].
    pub(crate) fn admit(&self, caller: Caller) -> Result<Caller, Unrecognised> {
        match &self.oauth {
            Some(oauth) if !oauth.admits(&caller) => Err(Unrecognised::LacksScope),
            _ => Ok(caller),
        }
    }
}

/// Compared by digest, so that neither the token nor how much of it was right shows in the time it takes.
fn is(token: &str, digest: &BearerDigest) -> bool {
    Sha256::digest(token)[..].ct_eq(digest.as_bytes()).into()
}

/// The keys that were given out, as the secrets have them.
#[derive(Debug)]
struct Keys {
    secrets: Secrets,
    /// The text that was read last, and what it says; nothing where it says nothing that makes sense.
    read: Mutex<Option<(mesh_core::Secret, Option<Arc<Keyring>>)>>,
}

impl Keys {
    /// A key that is not known may be newer than what was read; see [`Secrets::read_for_newer`] for how often that is tried.
    async fn caller(&self, token: &str, deadline: Deadline) -> Result<KeyId, Unrecognised> {
        let today = jiff::Timestamp::now().to_zoned(TimeZone::UTC).date();
        // Nothing runs between the requests of a function: what is due was not read yet.
        if self.secrets.is_due() {
            // What went wrong is logged where it did; what was held stays for as long as it may.
            let _ = self.secrets.read(deadline).await;
        }
        match self.keyring().map(|keyring| keyring.caller(token, today)) {
            Ok(Ok(id)) => return Ok(id),
            Ok(Err(KeyError::Expired)) => return Err(Unrecognised::Unknown),
            Ok(Err(KeyError::Unknown)) | Err(_) => self.secrets.read_for_newer(deadline).await,
        }
        let known = self.keyring()?.caller(token, today);
        known.map_err(|_| Unrecognised::Unknown)
    }

    /// What is at hand: no key where none was given out.
    ///
    /// # Errors
    /// [`Unrecognised::Unchecked`] where they cannot be read: any key might be a good one.
    fn keyring(&self) -> Result<Arc<Keyring>, Unrecognised> {
        let Some(text) = self.secrets.at_hand(Parameter::ApiKeys) else {
            return match self.secrets.is_unusable(Parameter::ApiKeys) {
                true => Err(Unrecognised::Unchecked),
                false => Ok(Arc::default()),
            };
        };
        let mut read = lock(&self.read);
        let keyring = match &*read {
            Some((last, keyring)) if last.reveal() == text.reveal() => keyring.clone(),
            _ => {
                let parsed = text.reveal().parse::<Keyring>().inspect_err(|error| {
                    tracing::error!(%error, "no key is taken: `MESH_API_KEYS` or its parameter has to be mended");
                });
                let keyring = parsed.ok().map(Arc::new);
                *read = Some((text, keyring.clone()));
                keyring
            }
        };
        keyring.ok_or(Unrecognised::Unchecked)
    }
}
