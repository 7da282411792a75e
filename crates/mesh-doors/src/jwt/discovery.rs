use mesh_http::{Bounds, HttpError};
use serde::Deserialize;

use super::fetch::{Source, SourceFault};

/// What of an authorization server's metadata counts here: RFC 8414, section 2; OpenID Connect Discovery, section 3.
#[derive(Deserialize)]
struct Server {
    issuer: String,
    jwks_uri: String,
}

/// Where the issuer's keys are, as one of its documents says.
pub(super) async fn jwks_url(source: &Source, bounds: Bounds) -> Result<String, SourceFault> {
    let mut last = SourceFault::NoMetadata;
    for address in documents(&source.issuer) {
        let body = match source.get(&address, bounds).await {
            Ok((_, body)) => body,
            Err(SourceFault::Http(HttpError::Refused(refusal)))
                if refusal.status.is_client_error() =>
            {
                continue;
            }
            Err(fault) => return Err(fault),
        };
        match serde_json::from_slice(&body) {
            Ok(Server { issuer, jwks_uri }) if issuer == source.issuer => return Ok(jwks_uri),
            // RFC 8414, section 3.3: another's document must not be used.
            Ok(_) => last = SourceFault::OtherIssuer,
            // Without keys, which an authorization server may leave to its OpenID Connect.
            Err(_) => {}
        }
    }
    Err(last)
}

/// RFC 8414, section 3.1, puts its name between host and path, OpenID Connect behind the path; some servers do both.
fn documents(issuer: &str) -> Vec<String> {
    let issuer = issuer.trim_end_matches('/');
    let host_ends = issuer
        .find("://")
        .and_then(|at| issuer[at + 3..].find('/').map(|path| at + 3 + path));
    let (origin, path) = issuer.split_at(host_ends.unwrap_or(issuer.len()));
    let mut documents = vec![
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
        format!("{origin}{path}/.well-known/openid-configuration"),
    ];
    if !path.is_empty() {
        documents.push(format!("{origin}/.well-known/openid-configuration{path}"));
    }
    documents
}

#[cfg(test)]
mod tests {
    use super::documents;

    #[test]
    fn an_issuer_is_asked_where_it_may_have_its_documents() {
        let plain = [
            "https://id.example.com/.well-known/oauth-authorization-server",
            "https://id.example.com/.well-known/openid-configuration",
        ];
        assert_eq!(documents("https://id.example.com"), plain);
        assert_eq!(documents("https://id.example.com/"), plain);
        assert_eq!(
            documents("https://id.example.com/a/v2"),
            [
                "https://id.example.com/.well-known/oauth-authorization-server/a/v2",
                "https://id.example.com/a/v2/.well-known/openid-configuration",
                "https://id.example.com/.well-known/openid-configuration/a/v2",
            ]
        );
    }
}
