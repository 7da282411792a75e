//! Registries of MCP servers, which are asked when a person adds a server to a file, and never while serving.

mod input;
mod server;
#[cfg(test)]
mod tests;
mod way;

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, StatusCode};
use mesh_core::Deadline;
use mesh_http::{Bounds, HttpClient, HttpError, secure_address};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

pub use input::Needed;
pub use server::Server;
pub use way::{Way, Written};

/// The one that all others are copies of.
pub const OFFICIAL: &str = "https://registry.modelcontextprotocol.io";

/// For all that is asked of it.
const TIMEOUT: Duration = Duration::from_secs(10);
/// A description of a server has a few kilobytes.
const MAX_BYTES: u64 = 4 << 20;
/// As many as a person reads.
const MAX_SUGGESTED: usize = 10;

/// A registry that speaks version 0.1 of the API.
#[derive(Debug)]
pub struct Registry {
    base: String,
    client: HttpClient,
}

/// Why nothing is known of a server.
#[derive(Debug, thiserror::Error)]
pub enum NotFound {
    #[error("{0}")]
    Registry(String),
    /// No server has this name; the names of those that are like it.
    #[error("no server is called that")]
    Unknown { like: Vec<String> },
}

#[derive(Deserialize)]
struct Entry {
    server: Server,
    #[serde(rename = "_meta", default)]
    meta: serde_json::Value,
}

#[derive(Deserialize)]
struct Page {
    servers: Vec<Entry>,
}

impl Registry {
    /// # Errors
    /// Where nothing may be sent to, or believed of, this address.
    pub fn new(base: &str, client: HttpClient) -> Result<Self, String> {
        let base = base.trim_end_matches('/');
        secure_address(base).map_err(|error| error.to_string())?;
        Ok(Self {
            base: base.to_owned(),
            client,
        })
    }

    /// The server of this name, in its newest version or in the one that is named; and what the registry warns of.
    ///
    /// # Errors
    /// See [`NotFound`].
    pub async fn server(
        &self,
        name: &str,
        version: Option<&str>,
    ) -> Result<(Server, Option<String>), NotFound> {
        let bounds = Bounds {
            deadline: Deadline::after(Instant::now(), TIMEOUT),
            max_bytes: MAX_BYTES,
        };
        let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let version = encoded(version.unwrap_or("latest"));
        let path = format!("/v0.1/servers/{}/versions/{version}", encoded(name));
        match self.get::<Entry>(&path, bounds).await? {
            Some(found) if found.server.name == name => found.usable(),
            Some(found) => Err(NotFound::Registry(format!(
                "the registry answered with another server, {:?}",
                found.server.name
            ))),
            None => {
                let path = format!("/v0.1/servers?search={}&version=latest", encoded(name));
                let page = self.get::<Page>(&path, bounds).await?;
                let servers = page.map(|page| page.servers).unwrap_or_default();
                let like = servers.into_iter().map(|found| found.server.name);
                Err(NotFound::Unknown {
                    like: like.take(MAX_SUGGESTED).collect(),
                })
            }
        }
    }

    /// `None` where there is no such thing.
    async fn get<T: for<'de> Deserialize<'de>>(
        &self,
        path: &str,
        bounds: Bounds,
    ) -> Result<Option<T>, NotFound> {
        let failed = |why: String| NotFound::Registry(format!("the registry {}: {why}", self.base));
        let request = Request::get(format!("{}{path}", self.base));
        let request = request
            .header("accept", "application/json")
            .body(Bytes::new())
            .map_err(|error| failed(error.to_string()))?;
        let answer = match self.client.send_idempotent(request, bounds).await {
            Ok(answer) => answer.into_body().whole().await,
            Err(HttpError::Refused(refusal)) if refusal.status == StatusCode::NOT_FOUND => {
                return Ok(None);
            }
            Err(error) => Err(error),
        };
        let answer = answer.map_err(|error| failed(error.to_string()))?;
        let answer = serde_json::from_slice(&answer);
        answer
            .map(Some)
            .map_err(|error| failed(format!("its answer cannot be understood: {error}")))
    }
}

impl Entry {
    fn usable(self) -> Result<(Server, Option<String>), NotFound> {
        let official = &self.meta["io.modelcontextprotocol.registry/official"];
        match official["status"].as_str() {
            Some("deleted") => Err(NotFound::Registry(
                "the registry has deleted this server".to_owned(),
            )),
            Some("deprecated") => {
                let told = "the registry calls this server deprecated".to_owned();
                Ok((self.server, Some(told)))
            }
            _ => Ok((self.server, None)),
        }
    }
}
