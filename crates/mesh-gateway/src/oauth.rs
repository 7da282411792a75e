//! Tokens for ourselves, by the client credentials grant (RFC 6749, section 4.4): for upstreams that a service calls, and no
//! person.

use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, header};
use mesh_core::{Deadline, Secret, lock};
use mesh_http::{Bounds, HttpClient};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::address::Address;
use crate::credential::Freshness;
use crate::fault::Fault;

/// What is needed to ask for a token, with everything resolved.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) token_url: Secret,
    pub(crate) id: Secret,
    pub(crate) secret: Secret,
    pub(crate) scope: Option<String>,
    /// RFC 8707: whom the token is for.
    pub(crate) resource: String,
    pub(crate) insecure: bool,
}

/// The token of one upstream, for as long as it is good.
#[derive(Debug, Default)]
pub(crate) struct Held(Mutex<Option<Token>>);

#[derive(Clone, Debug)]
struct Token {
    value: Secret,
    /// By the clock on the wall: the steady one stands still while a host is frozen.
    until: SystemTime,
}

/// Of a token that does not say how long it is good for.
const USUAL: Duration = Duration::from_secs(300);
/// A token is asked for anew so long before its end.
const MARGIN: Duration = Duration::from_secs(30);
/// RFC 3986, section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl Held {
    /// A token that is good for a while; another than before, where `again`.
    ///
    /// # Errors
    /// When the token endpoint gives none; nothing that it says is repeated but its error code.
    pub(crate) async fn token(
        &self,
        client: &Client,
        http: &HttpClient,
        freshness: Freshness,
        deadline: Deadline,
    ) -> Result<Secret, Fault> {
        let known = self.lock().clone();
        if let Some(token) = known.filter(|token| {
            freshness == Freshness::AtHand && SystemTime::now() + MARGIN < token.until
        }) {
            return Ok(token.value);
        }
        let token = client.ask(http, deadline).await?;
        *self.lock() = Some(token.clone());
        Ok(token.value)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Token>> {
        lock(&self.0)
    }
}

impl Client {
    async fn ask(&self, http: &HttpClient, deadline: Deadline) -> Result<Token, Fault> {
        #[derive(Deserialize)]
        struct Issued {
            access_token: String,
            token_type: String,
            expires_in: Option<u64>,
        }
        let bounds = Bounds {
            deadline,
            max_bytes: 64 * 1024,
        };
        let sent = http.send(self.request()?, bounds).await;
        let response = sent.map_err(|error| match Fault::from(error) {
            Fault::Status(status) | Fault::Credentials(status) => {
                refused(&format!("its token endpoint answered HTTP {status}"))
            }
            fault => refused(&format!("its token endpoint: {fault}")),
        })?;
        let body = response.into_body().whole().await?;
        let issued: Issued = serde_json::from_slice(&body)
            .map_err(|_| refused("what its token endpoint answered is no token"))?;
        if !issued.token_type.eq_ignore_ascii_case("bearer") {
            return Err(refused(
                "its token endpoint gives tokens of another kind than `Bearer`",
            ));
        }
        let lifetime = issued.expires_in.map_or(USUAL, Duration::from_secs);
        Ok(Token {
            value: Secret::new(issued.access_token),
            until: SystemTime::now() + lifetime.min(Duration::from_secs(24 * 3600)),
        })
    }

    /// RFC 6749, section 2.3.1: id and secret go into the header, encoded as in a form.
    fn request(&self) -> Result<Request<Bytes>, Fault> {
        let address = Address::new(self.token_url.reveal(), self.insecure)
            .map_err(|why| refused(&why.replacen("its `url`", "its `tokenUrl`", 1)))?;
        let mut form = format!(
            "grant_type=client_credentials&resource={}",
            encoded(&self.resource)
        );
        if let Some(scope) = &self.scope {
            form.push_str("&scope=");
            form.push_str(&encoded(scope));
        }
        let shown = format!(
            "{}:{}",
            encoded(self.id.reveal()),
            encoded(self.secret.reveal())
        );
        let shown = format!("Basic {}", STANDARD.encode(shown));
        let mut shown =
            HeaderValue::from_str(&shown).map_err(|_| refused("its credentials cannot be sent"))?;
        shown.set_sensitive(true);
        let mut request = Request::new(Bytes::from(form));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = address.uri().clone();
        let headers = request.headers_mut();
        headers.insert(header::AUTHORIZATION, shown);
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        Ok(request)
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

fn refused(why: &str) -> Fault {
    Fault::Unresolved(format!("there is no token for it: {why}"))
}
