//! What invoked the function, by the members that the platform's events have.

use mesh_core::truncate;
use serde_json::Value;

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

impl Kind {
    pub(super) fn of(event: &Value) -> Self {
        let has = |pointer| event.pointer(pointer).is_some();
        if has("/requestContext/http/method") {
            Self::Http
        } else if has("/requestContext/elb") {
            Self::LoadBalancer
        } else if has("/requestContext/connectionId") {
            Self::Refused("a WebSocket API")
        } else if has("/requestContext/serviceNetworkArn") {
            Self::Refused("VPC Lattice")
        } else if has("/requestContext/httpMethod") && has("/httpMethod") {
            Self::Rest
        } else if has("/Records") {
            Self::Refused("a queue, a stream or a topic")
        } else {
            Self::Quiet(name(event))
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

    use super::*;

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
        ] {
            assert_eq!(Kind::of(&event), kind, "{event}");
        }
    }

    #[test]
    fn a_request_with_members_of_other_events_is_a_request() {
        let event = json!({"warmer": true, "source": "x", "requestContext": {"http": {"method": "POST", "path": "/rpc"}}});
        assert_eq!(Kind::of(&event), Kind::Http);
    }
}
