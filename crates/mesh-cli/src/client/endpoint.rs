use std::time::Duration;

use anyhow::Context as _;
use mesh_http::{Roots, is_event_stream};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url, redirect};
use serde_json::Value;
use tokio::time;

use super::address::is_loopback;
use super::authentication::Authentication;
use super::body;
use super::fault::CallFault;
use super::message::{self, Id, Incoming};

/// A machine that is there takes far less to accept a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// An answer that is there already is not held back for longer.
const LEAVE: Duration = Duration::from_secs(1);

const BOTH: &str = "application/json, text/event-stream";

/// Headers beside those that every request has.
pub(super) type Headers = Vec<(HeaderName, HeaderValue)>;

/// One address of a server, and what is sent to it each time.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    http: reqwest::Client,
    url: Url,
    authentication: Authentication,
}

/// The answer to one POST.
#[derive(Debug)]
pub(super) struct Reply {
    /// The JSON-RPC answer.
    pub(super) message: Value,
    pub(super) session: Option<HeaderValue>,
}

impl Endpoint {
    pub(crate) fn new(url: Url, authentication: Authentication) -> anyhow::Result<Self> {
        Ok(Self {
            http: http(&url)?,
            url,
            authentication,
        })
    }

    /// The same server at another path. The token goes nowhere else.
    pub(crate) fn at(&self, path: &str) -> Result<Self, CallFault> {
        let url = self
            .url
            .join(path)
            .map_err(|_| CallFault::NotMcp("no address".to_owned()))?;
        if url.origin() != self.url.origin() {
            return Err(CallFault::Elsewhere(url));
        }
        Ok(Self {
            url,
            ..self.clone()
        })
    }

    /// Sends a request and waits for its answer, whether it comes as JSON or in a stream.
    pub(super) async fn ask(
        &self,
        id: Id,
        request: &Value,
        headers: &Headers,
    ) -> Result<Reply, CallFault> {
        let response = self.post(request, headers).await?;
        let session = response.headers().get("mcp-session-id").cloned();
        let message = if is_event_stream(response.headers()) {
            self.answer_in_stream(id, response, headers).await?
        } else {
            message::answering(body::whole(response).await?, id)?
        };
        Ok(Reply { message, session })
    }

    /// Sends what has no answer here: the server only accepts it.
    pub(super) async fn tell(&self, message: &Value, headers: &Headers) -> Result<(), CallFault> {
        let response = self.post(message, headers).await?;
        if response.status().is_success() {
            return Ok(());
        }
        body::whole(response)
            .await
            .and_then(message::result)
            .map(drop)
    }

    /// Opens the stream of the 2024-11-05 transport.
    pub(super) async fn listen(&self) -> Result<Response, CallFault> {
        let response = self
            .send(self.get().header(ACCEPT, "text/event-stream"))
            .await?;
        if response.status().is_success() && is_event_stream(response.headers()) {
            return Ok(response);
        }
        body::whole(response).await?;
        Err(CallFault::NotMcp("no event stream".to_owned()))
    }

    /// Ends a session. Servers may decline, and we are leaving anyway.
    pub(super) async fn leave(&self, headers: &Headers) {
        let left = self.send(with(self.request(Method::DELETE), headers));
        let _ = time::timeout(LEAVE, left).await;
    }

    async fn post(&self, message: &Value, headers: &Headers) -> Result<Response, CallFault> {
        let request = with(self.request(Method::POST), headers)
            .header(ACCEPT, BOTH)
            .header(CONTENT_TYPE, "application/json")
            .body(message.to_string());
        self.send(request).await
    }

    /// The same address for a caller who shows nothing.
    pub(crate) fn anonymous(&self) -> Self {
        Self {
            authentication: Authentication::Nobody,
            ..self.clone()
        }
    }

    pub(crate) fn get(&self) -> RequestBuilder {
        self.request(Method::GET)
    }

    pub(crate) fn request(&self, method: Method) -> RequestBuilder {
        self.http.request(method, self.url.clone())
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, CallFault> {
        let response = self.exchange(request).await?;
        self.admitted(response).await
    }

    /// The answer to a request for this address, whatever it is.
    pub(crate) async fn exchange(&self, request: RequestBuilder) -> Result<Response, CallFault> {
        let mut request = request.build().map_err(|error| self.unreachable(&error))?;
        self.authentication.show(&mut request).await?;
        let response = self.http.execute(request).await;
        response.map_err(|error| self.unreachable(&error))
    }

    /// Answers that are about the caller or the address, and so the same for every revision of the protocol.
    async fn admitted(&self, response: Response) -> Result<Response, CallFault> {
        let url = self.url.clone();
        match response.status() {
            StatusCode::UNAUTHORIZED if self.has_token() => Err(CallFault::TokenRefused(url)),
            StatusCode::UNAUTHORIZED => Err(CallFault::TokenWanted(url)),
            StatusCode::FORBIDDEN => Err(CallFault::Forbidden {
                url,
                reason: body::excerpt(&body::read(response).await?),
            }),
            status if status.is_redirection() => {
                let to = response.headers().get(LOCATION);
                let to = to
                    .and_then(|to| to.to_str().ok())
                    .unwrap_or("another address");
                Err(CallFault::Moved {
                    url,
                    to: to.to_owned(),
                })
            }
            _ => Ok(response),
        }
    }

    async fn answer_in_stream(
        &self,
        id: Id,
        mut response: Response,
        headers: &Headers,
    ) -> Result<Value, CallFault> {
        let mut events = body::events();
        while let Some(complete) = body::next_events(&mut response, &mut events).await? {
            for event in complete {
                let Ok(message) = serde_json::from_str(&event.data) else {
                    continue;
                };
                match message::incoming(message, id) {
                    Incoming::Answer(answer) => return Ok(answer),
                    Incoming::Asks { reply } => self.tell(&reply, headers).await?,
                    Incoming::Aside => {}
                }
            }
        }
        Err(CallFault::BrokeOff(
            "the stream ended without the answer".to_owned(),
        ))
    }

    fn has_token(&self) -> bool {
        matches!(self.authentication, Authentication::Bearer(_))
    }

    fn unreachable(&self, error: &reqwest::Error) -> CallFault {
        let url = self.url.clone();
        let reason = body::root_cause(error);
        let refused = reason.to_lowercase().contains("connection refused");
        let reason = match refused {
            true if is_loopback(&url) => format!("{reason}; is `mesh serve` running?"),
            true => format!("{reason}; is the server running, and the port right?"),
            false => reason,
        };
        CallFault::Unreachable { url, reason }
    }
}

/// The HTTP client for an address.
fn http(url: &Url) -> anyhow::Result<reqwest::Client> {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(Roots::compiled_in().client_config())
        .connect_timeout(CONNECT)
        // A POST that follows a redirect becomes a GET, and a token would follow it to another host.
        .redirect(redirect::Policy::none());
    // No proxy can reach this machine's own loopback on our behalf.
    let builder = if is_loopback(url) {
        builder.no_proxy()
    } else {
        builder
    };
    builder.build().context("cannot set up HTTP")
}

fn with(request: RequestBuilder, headers: &Headers) -> RequestBuilder {
    headers.iter().fold(request, |request, (name, value)| {
        request.header(name, value)
    })
}
