//! Objects of a namespace, page by page.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderValue, Request, header};
use mesh_core::Deadline;
use mesh_http::{Bounds, HttpError};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::Value;

use super::access::Access;
use crate::source::Read;

/// For all pages.
const TIMEOUT: Duration = Duration::from_secs(5);
/// A ConfigMap has 1 MiB at most.
const MAX_BYTES: u64 = 64 << 20;
/// As `kubectl` asks for.
const PAGE: usize = 500;
/// More than any namespace has of these.
const MAX_PAGES: usize = 20;

/// A kind of object, which of them, and what is read of one.
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) kind: &'static str,
    pub(super) selector: Option<(&'static str, &'static str)>,
    pub(super) read: fn(namespace: &str, object: &Value) -> Read,
}

#[derive(Deserialize)]
struct Page {
    metadata: Metadata,
    /// Null, where Go has none.
    items: Option<Vec<Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[serde(rename = "continue", default)]
    next: String,
    #[serde(default)]
    resource_version: String,
}

/// All objects as they were at one moment, which has a name.
pub(super) struct Listed {
    pub(super) objects: Vec<Value>,
    pub(super) version: String,
}

impl Resource {
    /// How it is named to people.
    pub(super) fn place(&self, access: &Access) -> String {
        let selector = self
            .selector
            .map_or_else(String::new, |(_, selector)| format!(" {selector}"));
        format!("kubernetes {}/{}{selector}", access.namespace, self.kind)
    }

    /// # Errors
    /// Why they cannot be had, and what to do.
    pub(super) async fn list(&self, access: &Access) -> Result<Listed, String> {
        let bounds = Bounds {
            deadline: Deadline::after(Instant::now(), TIMEOUT),
            max_bytes: MAX_BYTES,
        };
        let (mut objects, mut next) = (Vec::new(), String::new());
        for _ in 0..MAX_PAGES {
            let page = self.page(access, &next, bounds).await?;
            objects.extend(page.items.into_iter().flatten());
            if page.metadata.next.is_empty() {
                return Ok(Listed {
                    objects,
                    version: page.metadata.resource_version,
                });
            }
            next = page.metadata.next;
        }
        Err(format!(
            "the namespace has more than {} of them",
            MAX_PAGES * PAGE
        ))
    }

    async fn page(&self, access: &Access, next: &str, bounds: Bounds) -> Result<Page, String> {
        let mut parameters = format!("limit={PAGE}");
        if !next.is_empty() {
            parameters.push_str(&format!("&continue={}", encoded(next)));
        }
        let request = self.request(access, &parameters)?;
        let answer = match access.client.send_idempotent(request, bounds).await {
            Ok(answer) => answer.into_body().whole().await,
            Err(error) => Err(error),
        };
        let answer = answer.map_err(|error| self.refused(access, "list", &error))?;
        serde_json::from_slice(&answer)
            .map_err(|error| format!("the cluster's answer cannot be understood: {error}"))
    }

    pub(super) fn request(
        &self,
        access: &Access,
        parameters: &str,
    ) -> Result<Request<Bytes>, String> {
        let selector = self
            .selector
            .map_or_else(String::new, |(parameter, selector)| {
                format!("&{parameter}={}", encoded(selector))
            });
        let address = format!(
            "{}/api/v1/namespaces/{}/{}?{parameters}{selector}",
            access.server, access.namespace, self.kind
        );
        let mut request = Request::get(address)
            .header(header::ACCEPT, "application/json")
            .body(Bytes::new())
            .map_err(|error| format!("the cluster cannot be asked: {error}"))?;
        if let Some(token) = access.token()? {
            let mut value = HeaderValue::try_from(format!("Bearer {}", token.reveal()))
                .map_err(|_| "the cluster's token cannot be sent")?;
            value.set_sensitive(true);
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        Ok(request)
    }

    pub(super) fn refused(&self, access: &Access, verb: &str, error: &HttpError) -> String {
        let status = match error {
            HttpError::Refused(refusal) => refusal.status.as_u16(),
            _ => 0,
        };
        match status {
            401 => "the cluster does not take our token (401)".to_owned(),
            403 => format!(
                "we may not `{verb}` `{}` in the namespace `{}` (403): a Role has to allow it",
                self.kind, access.namespace
            ),
            _ => format!("the cluster cannot be asked: {error}"),
        }
    }
}

pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
