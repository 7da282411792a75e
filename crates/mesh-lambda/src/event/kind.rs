//! What invoked the function, by the members that the platform's events have.

use mesh_core::truncate;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

#[derive(Debug, PartialEq)]
pub(super) enum Kind {
    /// A Function URL, or an HTTP API: payload format 2.0.
    Http,
    /// A REST API, or an HTTP API with payload format 1.0.
    Rest,
    LoadBalancer,
    /// An invocation that asks nothing of an HTTP server, by its own name: a schedule, a rule that keeps the function warm, a
    /// test of the console.
    Quiet(String),
    /// An invocation whose sender would take any answer for success, or needs one that the function cannot give.
    Refused(&'static str),
}

/// The members that tell events apart. Most of an event is the client's: it is passed over.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Marks<'a> {
    #[serde(borrow)]
    request_context: Option<&'a RawValue>,
    http_method: Option<IgnoredAny>,
    #[serde(rename = "Records")]
    records: Option<IgnoredAny>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context<'a> {
    #[serde(borrow)]
    http: Option<&'a RawValue>,
    elb: Option<IgnoredAny>,
    connection_id: Option<IgnoredAny>,
    service_network_arn: Option<IgnoredAny>,
    http_method: Option<IgnoredAny>,
}

#[derive(Default, Deserialize)]
struct Http {
    method: Option<IgnoredAny>,
}

/// Nothing of it, where it is no such thing.
fn read<'a, T: Default + Deserialize<'a>>(text: Option<&'a RawValue>) -> T {
    let read = text.and_then(|text| serde_json::from_str(text.get()).ok());
    read.unwrap_or_default()
}

impl Kind {
    pub(super) fn of(event: &RawValue) -> Self {
        let marks: Marks<'_> = read(Some(event));
        let context: Context<'_> = read(marks.request_context);
        let http: Http = read(context.http);
        if http.method.is_some() {
            Self::Http
        } else if context.elb.is_some() {
            Self::LoadBalancer
        } else if context.connection_id.is_some() {
            Self::Refused("a WebSocket API")
        } else if context.service_network_arn.is_some() {
            Self::Refused("VPC Lattice")
        } else if context.http_method.is_some() && marks.http_method.is_some() {
            Self::Rest
        } else if marks.records.is_some() {
            Self::Refused("a queue, a stream or a topic")
        } else {
            Self::Quiet(name(&read(Some(event))))
        }
    }
}

/// As EventBridge names its events; rules that keep a function warm have a `source` too.
fn name(event: &Value) -> String {
    let [source, detail] = ["source", "detail-type"].map(|member| event[member].as_str());
    let words: Vec<_> = [source, detail]
        .into_iter()
        .flatten()
        .map(truncate)
        .collect();
    match words.as_slice() {
        [] => "unnamed".to_owned(),
        words => words.join(": "),
    }
}

pub(super) fn refusal(sender: &str) -> String {
    format!(
        "the function takes HTTP requests of Function URLs, of API Gateway (REST and HTTP APIs) and of load balancers, \
         and invocations that ask for nothing; this event is of {sender}"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::to_raw_value;

    use super::*;

    fn kind_of(event: &Value) -> Kind {
        Kind::of(&to_raw_value(event).expect("JSON"))
    }

    #[test]
    fn events_are_known_by_their_members() {
        let url =
            json!({"version": "2.0", "requestContext": {"http": {"method": "GET", "path": "/"}}});
        let rest = json!({"httpMethod": "GET", "path": "/", "requestContext": {"httpMethod": "GET", "stage": "prod"}});
        let balancer =
            json!({"httpMethod": "GET", "requestContext": {"elb": {"targetGroupArn": "arn"}}});
        let socket = json!({"requestContext": {"connectionId": "c", "eventType": "CONNECT"}});
        let lattice = json!({"method": "GET", "requestContext": {"serviceNetworkArn": "arn"}});
        let queue = json!({"Records": [{"eventSource": "aws:sqs", "body": "x"}]});
        let quiet = |name: &str| Kind::Quiet(name.to_owned());
        for (event, kind) in [
            (url, Kind::Http),
            (rest, Kind::Rest),
            (balancer, Kind::LoadBalancer),
            (socket, Kind::Refused("a WebSocket API")),
            (lattice, Kind::Refused("VPC Lattice")),
            (queue, Kind::Refused("a queue, a stream or a topic")),
            (
                json!({"source": "serverless-plugin-warmup"}),
                quiet("serverless-plugin-warmup"),
            ),
            (
                json!({"source": "aws.events", "detail-type": "Scheduled Event"}),
                quiet("aws.events: Scheduled Event"),
            ),
            (json!({"warmer": true}), quiet("unnamed")),
            (json!({"key1": "value1"}), quiet("unnamed")),
            (json!([1]), quiet("unnamed")),
            (json!(null), quiet("unnamed")),
            (
                json!({"requestContext": "x", "source": 1}),
                quiet("unnamed"),
            ),
            (json!({"requestContext": {"http": []}}), quiet("unnamed")),
        ] {
            assert_eq!(kind_of(&event), kind, "{event}");
        }
    }

    #[test]
    fn a_request_with_members_of_other_events_is_a_request() {
        let event = json!({"warmer": true, "source": "x", "requestContext": {"http": {"method": "POST", "path": "/rpc"}}});
        assert_eq!(kind_of(&event), Kind::Http);
    }
}
