//! An event as a request of ours. The last place where anyone says "Lambda".

use std::time::{Instant, SystemTime};

use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt as _};
use mesh_app::edge::Edge;
use mesh_core::Principal;

use crate::deadline;

/// The request, with what the platform says of it in its extensions.
pub(crate) fn request(event: Request) -> axum::extract::Request {
    let edge = Edge {
        request_id: event.lambda_context_ref().map_or("", |context| &context.request_id).into(),
        principal: event.request_context_ref().and_then(principal),
        deadline: until(&event),
    };
    let (mut parts, body) = event.into_parts();
    parts.extensions.clear();
    parts.extensions.insert(edge);
    axum::extract::Request::from_parts(parts, self::body(body))
}

/// When the invocation must be over.
pub(crate) fn until(event: &Request) -> Option<Instant> {
    let context = event.lambda_context_ref()?;
    deadline::of(context.deadline, SystemTime::now(), Instant::now())
}

/// Who signed: only where the URL or the route is one of IAM does the platform say so. The access key it also tells is
/// nobody's business.
fn principal(context: &RequestContext) -> Option<Principal> {
    let RequestContext::ApiGatewayV2(context) = context else {
        return None;
    };
    let iam = context.authorizer.as_ref()?.iam.as_ref()?;
    Principal::new(iam.user_arn.as_deref()?)
}

fn body(body: Body) -> axum::body::Body {
    match body {
        Body::Text(text) => text.into(),
        Body::Binary(bytes) => bytes.into(),
        _ => axum::body::Body::empty(),
    }
}
