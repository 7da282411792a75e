//! Events that the runtime's own reading would stumble over: it panics where a client's text cannot stand in an address.

use http::HeaderValue;
use lambda_http::lambda_runtime::LambdaEvent;
use lambda_http::request::LambdaRequest;
use lambda_http::{Request, RequestExt as _};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

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

/// The same event, with a query that can stand in an address.
pub(crate) fn sound(mut event: LambdaEvent<LambdaRequest>) -> LambdaEvent<LambdaRequest> {
    if let LambdaRequest::ApiGatewayV2(request) = &mut event.payload
        && let Some(query) = &mut request.raw_query_string
    {
        let encoded = utf8_percent_encode(query, FOREIGN).to_string();
        *query = encoded;
    }
    event
}

/// The request an event tells of, with the invocation's own place in a trace.
pub(crate) fn request(event: LambdaEvent<LambdaRequest>) -> Request {
    let LambdaEvent { payload, context } = sound(event);
    let mut request: Request = payload.into();
    let trace = context.xray_trace_id.as_deref();
    if let Some(Ok(trace)) = trace.map(HeaderValue::from_str) {
        request.headers_mut().insert("x-amzn-trace-id", trace);
    }
    request.with_lambda_context(context)
}
