use std::time::Duration;

use anyhow::Context as _;
use mesh_app::config::Client;
use mesh_core::Secret;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION};
use reqwest::{RequestBuilder, Response, StatusCode, Url, redirect};
use serde_json::Value;

use super::body;
use super::events::Events;
use super::fault::CallFault;
use super::message::{self, Id, Incoming};
use super::tls;

/// A machine that is there takes far less to accept a connection.
const CONNECT: Duration = Duration::from_secs(10);

const BOTH: &str = "application/json, text/event-stream";

/// Headers beside those that every request has.
pub(super) type Headers = Vec<(HeaderName, HeaderValue)>;

/// One address of a server, and what is sent to it each time.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    http: reqwest::Client,
    url: Url,
    bearer: Option<Secret>,
}

/// The answer to one POST.
#[derive(Debug)]
pub(super) struct Reply {
    /// The JSON-RPC answer; `null` where the server only accepted the message.
    pub(super) message: Value,
    pub(super) session: Option<HeaderValue>,
}

impl Endpoint {
    pub(super) fn new(url: Url, client: &Client) -> anyhow::Result<Self> {
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config())
            .connect_timeout(CONNECT)
            // A POST that follows a redirect becomes a GET, and a token would follow it to another host.
            .redirect(redirect::Policy::none());
        // No proxy can reach this machine's own loopback on our behalf.
        let builder = if is_loopback(&url) {
            builder.no_proxy()
        } else {
            builder
        };
        let http = builder.build().context("cannot set up HTTP")?;
        let bearer = client.bearer.clone();
        Ok(Self { http, url, bearer })
    }

    /// The same server at another path. The token goes nowhere else.
    pub(super) fn at(&self, path: &str) -> Result<Self, CallFault> {
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
        let message = if is_events(&response) {
            self.answer_in_stream(id, response, headers).await?
        } else {
            body::whole(response).await?
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
            .send(
                self.http
                    .get(self.url.clone())
                    .header(ACCEPT, "text/event-stream"),
            )
            .await?;
        if response.status().is_success() && is_events(&response) {
            return Ok(response);
        }
        body::whole(response).await?;
        Err(CallFault::NotMcp("no event stream".to_owned()))
    }

    /// Ends a session. Servers may decline, and we are leaving anyway.
    pub(super) async fn leave(&self, headers: &Headers) {
        let _ = self
            .send(with(self.http.delete(self.url.clone()), headers))
            .await;
    }

    async fn post(&self, message: &Value, headers: &Headers) -> Result<Response, CallFault> {
        let request = with(self.http.post(self.url.clone()), headers)
            .header(ACCEPT, BOTH)
            .header(CONTENT_TYPE, "application/json")
            .body(message.to_string());
        self.send(request).await
    }

    async fn send(&self, mut request: RequestBuilder) -> Result<Response, CallFault> {
        if let Some(bearer) = &self.bearer {
            request = request.header(AUTHORIZATION, format!("Bearer {}", bearer.reveal()));
        }
        let response = request
            .send()
            .await
            .map_err(|error| self.unreachable(&error))?;
        self.admitted(response).await
    }

    /// Answers that are about the caller or the address, and so the same for every revision of the protocol.
    async fn admitted(&self, response: Response) -> Result<Response, CallFault> {
        let url = self.url.clone();
        match response.status() {
            StatusCode::UNAUTHORIZED if self.bearer.is_some() => Err(CallFault::TokenRefused(url)),
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
        let mut events = Events::default();
        while let Some(bytes) = body::chunk(&mut response, events.held()).await? {
            for event in events.push(&bytes) {
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

fn with(request: RequestBuilder, headers: &Headers) -> RequestBuilder {
    headers.iter().fold(request, |request, (name, value)| {
        request.header(name, value)
    })
}

fn is_events(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.to_ascii_lowercase().starts_with("text/event-stream")
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let ip = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
}
