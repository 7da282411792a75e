use std::time::SystemTime;

use mesh_core::{Caller, Deadline};
use mesh_doors::jwt::{JwtError, LEEWAY, Metadata, Trust, Verifier};
use mesh_http::{HttpClient, Roots};

use crate::config::CallerSettings;

/// Where the metadata stands: RFC 9728, section 3.
pub(crate) const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// What a client may take for the server's address; each is a resource of its own name (section 3.3), and a token for one
/// opens all.
pub(crate) const ENDPOINTS: [&str; 4] = ["", "/rpc", "/mcp", "/api/v1/mcp"];

/// A resource server of OAuth 2.1: whose tokens it takes, and what it tells those who have none.
#[derive(Debug)]
pub(crate) struct OAuth {
    verifier: Verifier,
    issuer: String,
    /// The server's public address.
    resource: String,
    /// Scopes that every token must have.
    scopes: Vec<String>,
}

impl OAuth {
    /// None where no issuer is trusted (`MESH_JWT_ISSUER`).
    pub(crate) fn new(settings: &CallerSettings) -> Option<Self> {
        let (issuer, resource) = (settings.issuer.clone()?, settings.resource.clone()?);
        let audiences = settings.audiences.clone();
        let trust = Trust {
            issuer: issuer.clone(),
            audiences: audiences.unwrap_or_else(|| names(&resource)),
            algorithms: settings.algorithms.clone(),
            jwks_url: settings.jwks_url.clone(),
            leeway: LEEWAY,
        };
        Some(Self {
            verifier: Verifier::new(HttpClient::new(Roots::compiled_in()), trust),
            issuer,
            resource,
            scopes: settings.scopes.clone(),
        })
    }

    pub(crate) async fn caller(&self, token: &str, deadline: Deadline) -> Result<Caller, JwtError> {
        let verified = self.verifier.verify(token, SystemTime::now(), deadline);
        verified.await.map(Caller::Subject)
    }

    /// Whether a token, whoever checked it, may be used here at all.
    pub(crate) fn admits(&self, caller: &Caller) -> bool {
        match caller {
            Caller::Subject(subject) => {
                let has = |scope| subject.scopes.contains(scope);
                self.scopes.iter().all(has)
            }
            _ => true,
        }
    }

    /// One of [`ENDPOINTS`], as clients learn of it.
    pub(crate) fn metadata(&self, endpoint: &str) -> Metadata {
        let resource = format!("{}{endpoint}", self.resource);
        Metadata::new(resource, self.issuer.clone(), self.scopes.clone())
    }

    /// What a challenge at a path says of where to get a token: RFC 9728, section 5.1; RFC 6750, section 3.
    pub(crate) fn parameters(&self, path: &str) -> String {
        let endpoint = ENDPOINTS.iter().find(|endpoint| **endpoint == path);
        let endpoint = endpoint.unwrap_or(&"");
        // Below the server's own address, where a proxy in front of it lets requests through.
        let metadata = format!("{}{WELL_KNOWN}{endpoint}", self.resource);
        let mut parameters = format!("resource_metadata=\"{metadata}\"");
        if !self.scopes.is_empty() {
            parameters.push_str(&format!(", scope=\"{}\"", self.scopes.join(" ")));
        }
        parameters
    }
}

/// What a token for this server may call it. Clients that make a URL of the address write a slash after a host.
fn names(resource: &str) -> Vec<String> {
    let endpoints = ENDPOINTS.iter().chain(&["/"]);
    endpoints
        .map(|endpoint| format!("{resource}{endpoint}"))
        .collect()
}
