//! Events, made fit for the runtime's own reading of them. That panics where a client's text cannot stand in an address or is
//! not the base64 it is said to be; here each of these reaches the routes, and is refused there.

mod kind;

use std::mem::take;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, header};
use lambda_http::Request;
use lambda_http::lambda_runtime::LambdaEvent;
use lambda_http::request::LambdaRequest;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

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

/// In the name of each Function URL, whatever the region and the partition.
const FUNCTION_URL: &str = ".lambda-url.";

/// An event as the runtime takes it: a request, or the name of an event that is none.
pub(crate) struct Event(LambdaRequest);

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Serde's own words would quote the event.
        fn read<T: DeserializeOwned, E: serde::de::Error>(event: &RawValue) -> Result<T, E> {
            serde_json::from_str(event.get())
                .map_err(|_| E::custom("a member of the HTTP event has the wrong type"))
        }
        let event = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self(match Kind::of(&event) {
            Kind::Http => LambdaRequest::ApiGatewayV2(read(&event)?),
            Kind::Rest => LambdaRequest::ApiGatewayV1(read(&event)?),
            Kind::LoadBalancer => LambdaRequest::Alb(read(&event)?),
            Kind::Quiet(name) => LambdaRequest::PassThrough(name),
            Kind::Refused(sender) => return Err(D::Error::custom(kind::refusal(sender))),
        }))
    }
}

/// What of a request is kept from the runtime's reading, and put back behind it.
#[derive(Clone, Default)]
pub(crate) struct Withheld {
    pub(crate) host: Option<HeaderValue>,
    /// The body was not what the event says it is.
    pub(crate) has_broken_body: bool,
}

impl Event {
    /// Whether whoever sent it can be answered piece by piece: a Function URL alone. An HTTP API, whose events have the same
    /// form, and a load balancer wait for a whole answer, and would pass the head of a stream on as its body. So does a REST
    /// API unless its integration says otherwise, of which its events say nothing.
    pub(crate) fn takes_a_stream(&self) -> bool {
        let LambdaRequest::ApiGatewayV2(event) = &self.0 else {
            return false;
        };
        let domain = event.request_context.domain_name.as_deref();
        domain.is_some_and(|domain| domain.contains(FUNCTION_URL))
    }
}

/// The same event, without what the runtime's reading would panic at.
pub(crate) fn sound(event: LambdaEvent<Event>) -> (LambdaEvent<LambdaRequest>, Withheld) {
    let LambdaEvent {
        payload: Event(mut payload),
        context,
    } = event;
    let withheld = match &mut payload {
        LambdaRequest::ApiGatewayV2(event) => {
            // Nothing of ours reads the host in an address, and a path alone is always one.
            event.request_context.domain_name = None;
            if let Some(query) = &mut event.raw_query_string {
                *query = utf8_percent_encode(query, FOREIGN).to_string();
            }
            root(&mut event.raw_path);
            withhold(
                &mut event.headers,
                &mut event.body,
                &mut event.is_base64_encoded,
            )
        }
        LambdaRequest::ApiGatewayV1(event) => {
            event.request_context.domain_name = None;
            root(&mut event.path);
            prefer(&mut event.headers, &mut event.multi_value_headers);
            withhold(
                &mut event.headers,
                &mut event.body,
                &mut event.is_base64_encoded,
            )
        }
        LambdaRequest::Alb(event) => {
            root(&mut event.path);
            prefer(&mut event.headers, &mut event.multi_value_headers);
            withhold(
                &mut event.headers,
                &mut event.body,
                &mut event.is_base64_encoded,
            )
        }
        _ => Withheld::default(),
    };
    (LambdaEvent { payload, context }, withheld)
}

/// A path that does not begin at the root would be read as part of a host.
fn root(path: &mut Option<String>) {
    if let Some(path) = path
        && !path.starts_with('/')
    {
        path.insert(0, '/');
    }
}

/// All values of each header, where the event has them: the runtime would keep the last of each.
fn prefer(headers: &mut HeaderMap, all: &mut HeaderMap) {
    if !all.is_empty() {
        *headers = take(all);
    }
}

fn withhold(headers: &mut HeaderMap, body: &mut Option<String>, is_base64: &mut bool) -> Withheld {
    let has_broken_body = *is_base64
        && body
            .as_ref()
            .is_some_and(|body| STANDARD.decode(body).is_err());
    if has_broken_body {
        *body = None;
        *is_base64 = false;
    }
    Withheld {
        host: headers.remove(header::HOST),
        has_broken_body,
    }
}

/// The request an event tells of, with the invocation's own place in a trace.
pub(crate) fn request(event: LambdaEvent<LambdaRequest>) -> Request {
    use lambda_http::RequestExt as _;
    let LambdaEvent { payload, context } = event;
    let mut request: Request = payload.into();
    let trace = context.xray_trace_id.as_deref();
    if let Some(Ok(trace)) = trace.map(HeaderValue::from_str) {
        request.headers_mut().insert("x-amzn-trace-id", trace);
    }
    request.with_lambda_context(context)
}
