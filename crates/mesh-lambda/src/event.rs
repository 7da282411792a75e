//! Events that the runtime's own reading would stumble over: it panics where a client's text cannot stand in an address, and
//! takes a rule that keeps the function warm for a fault.

mod kind;

use http::HeaderValue;
use lambda_http::lambda_runtime::LambdaEvent;
use lambda_http::request::LambdaRequest;
use lambda_http::{Request, RequestExt as _};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use kind::Kind;

/// RFC 3986, section 2, has none of these in a query; beyond ASCII there is nothing at all.
const FOREIGN: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What a rule that keeps the function warm gets: the request that says that the process lives.
const LIVENESS: &str = r#"{"version":"2.0","rawPath":"/health","rawQueryString":"live",
    "requestContext":{"http":{"method":"GET","path":"/health"}}}"#;

/// An event as a request; one that is none is an error which says what the function takes.
pub(crate) struct Event(LambdaRequest);

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let event = Value::deserialize(deserializer)?;
        let request = match Kind::of(&event) {
            Kind::Request => LambdaRequest::deserialize(event),
            Kind::Warming => serde_json::from_str(LIVENESS),
            Kind::Foreign(named) => return Err(D::Error::custom(kind::refusal(named))),
        };
        request.map(Self).map_err(D::Error::custom)
    }
}

/// The same event, with a query that can stand in an address.
pub(crate) fn sound(event: LambdaEvent<Event>) -> LambdaEvent<LambdaRequest> {
    let LambdaEvent {
        payload: Event(mut payload),
        context,
    } = event;
    if let LambdaRequest::ApiGatewayV2(request) = &mut payload
        && let Some(query) = &mut request.raw_query_string
    {
        let encoded = utf8_percent_encode(query, FOREIGN).to_string();
        *query = encoded;
    }
    LambdaEvent { payload, context }
}

/// The request an event tells of, with the invocation's own place in a trace.
pub(crate) fn request(event: LambdaEvent<Event>) -> Request {
    let LambdaEvent { payload, context } = sound(event);
    let mut request: Request = payload.into();
    let trace = context.xray_trace_id.as_deref();
    if let Some(Ok(trace)) = trace.map(HeaderValue::from_str) {
        request.headers_mut().insert("x-amzn-trace-id", trace);
    }
    request.with_lambda_context(context)
}
