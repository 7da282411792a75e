use serde::Serialize;

/// What a client reads to learn where it gets a token: RFC 9728, section 2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Metadata {
    /// The name under which tokens for it are asked for.
    pub resource: String,
    pub authorization_servers: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes_supported: Vec<String>,
    pub bearer_methods_supported: [&'static str; 1],
}

impl Metadata {
    #[must_use]
    pub fn new(resource: String, issuer: String, scopes: Vec<String>) -> Self {
        Self {
            resource,
            authorization_servers: vec![issuer],
            scopes_supported: scopes,
            bearer_methods_supported: ["header"],
        }
    }
}
