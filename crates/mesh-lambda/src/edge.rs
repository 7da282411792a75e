//! An event as a request of ours. The last place where anyone says "Lambda".

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use bytes::Bytes;
use futures::future::ready;
use futures::stream;
use http::{Uri, header};
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt as _};
use mesh_app::edge::Edge;
use mesh_core::{Caller, Principal, Subject};

use crate::deadline::{self, Ends};
use crate::event::Withheld;

/// The request, with what was withheld of it, and with what the platform says of it in its extensions.
pub(crate) fn request(event: Request, withheld: Withheld) -> axum::extract::Request {
    let edge = Edge {
        request_id: event
            .lambda_context_ref()
            .map_or("", |context| &context.request_id)
            .into(),
        caller: event.request_context_ref().and_then(caller),
        deadline: ends(&event).map(|ends| ends.work),
    };
    let stage = event.request_context_ref().and_then(stage);
    let (mut parts, body) = event.into_parts();
    if let Some(uri) = stage.and_then(|stage| without(&parts.uri, &stage)) {
        parts.uri = uri;
    }
    parts.extensions.clear();
    parts.extensions.insert(edge);
    if let Some(host) = withheld.host {
        parts.headers.insert(header::HOST, host);
    }
    let body = if withheld.has_broken_body {
        axum::body::Body::from_stream(stream::once(ready(Err::<Bytes, _>(BrokenBody))))
    } else {
        self::body(body)
    };
    axum::extract::Request::from_parts(parts, body)
}

/// The route that reads the body refuses it, as it does one that breaks off.
#[derive(Debug, thiserror::Error)]
#[error("the body is not base64")]
struct BrokenBody;

/// When the invocation must be over.
pub(crate) fn ends(event: &Request) -> Option<Ends> {
    let context = event.lambda_context_ref()?;
    deadline::of(context.deadline, SystemTime::now(), Instant::now())
}

/// Who the platform has checked: a signature, where the URL or the route is one of IAM (the access key it also tells is
/// nobody's business), or a JWT, where the route has an authorizer for it. A Lambda authorizer's word is anyone's, and a load
/// balancer checks nobody.
fn caller(context: &RequestContext) -> Option<Caller> {
    let context = match context {
        RequestContext::ApiGatewayV2(context) => context,
        RequestContext::ApiGatewayV1(context) => {
            return principal(context.identity.user_arn.as_deref());
        }
        _ => return None,
    };
    let authorizer = context.authorizer.as_ref()?;
    if let Some(iam) = &authorizer.iam {
        return principal(iam.user_arn.as_deref());
    }
    let jwt = authorizer.jwt.as_ref()?;
    let claims = jwt.claims.iter();
    let claims = claims.map(|(name, value)| (name.clone(), value.as_str().into()));
    Some(Caller::Subject(Arc::new(Subject::new(claims.collect())?)))
}

fn principal(arn: Option<&str>) -> Option<Caller> {
    Principal::new(arn?).map(Caller::Principal)
}

/// The named stage of an API.
fn stage(context: &RequestContext) -> Option<String> {
    let stage = match context {
        RequestContext::ApiGatewayV2(context) => &context.stage,
        RequestContext::ApiGatewayV1(context) => &context.stage,
        _ => return None,
    };
    stage.clone().filter(|stage| stage != "$default")
}

/// A named stage stands at the beginning of every path. It is the door's name, and none of our routes.
fn without(uri: &Uri, stage: &str) -> Option<Uri> {
    let whole = uri.path_and_query()?.as_str();
    let rest = whole.strip_prefix('/')?.strip_prefix(stage)?;
    let rest = match rest.chars().next() {
        Some('/') => rest.to_owned(),
        None | Some('?') => format!("/{rest}"),
        Some(_) => return None,
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(rest.parse().ok()?);
    Uri::from_parts(parts).ok()
}

fn body(body: Body) -> axum::body::Body {
    match body {
        Body::Text(text) => text.into(),
        Body::Binary(bytes) => bytes.into(),
        _ => axum::body::Body::empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_is_taken_off_the_path_and_nothing_else_is() {
        let check = |uri: &str, expected: Option<&str>| {
            let found = without(&uri.parse().expect("a URI"), "prod");
            assert_eq!(
                found.map(|uri| uri.to_string()).as_deref(),
                expected,
                "{uri}"
            );
        };
        check("https://host/prod/rpc?a=1", Some("https://host/rpc?a=1"));
        check("https://host/prod/", Some("https://host/"));
        check("https://host/prod", Some("https://host/"));
        check("https://host/prod?live", Some("https://host/?live"));
        check("https://host/prod/prod/x", Some("https://host/prod/x"));
        check("/prod//rpc", Some("//rpc"));
        check("https://host/production/rpc", None);
        check("https://host/rpc", None);
    }
}
