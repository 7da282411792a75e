//! What invoked the function, by the members that the platform's events have.

use serde_json::Value;

#[derive(Debug, PartialEq)]
pub(super) enum Kind {
    /// Of a Function URL or an HTTP API: payload 2.0.
    Request,
    /// Nothing is asked: the event has done its work when it arrives.
    Warming,
    /// Anything else, named where it is known.
    Foreign(Option<&'static str>),
}

impl Kind {
    pub(super) fn of(event: &Value) -> Self {
        let has = |pointer| event.pointer(pointer).is_some();
        if has("/requestContext/http/method") {
            Self::Request
        } else if is_warming(event) {
            Self::Warming
        } else if has("/requestContext/elb") {
            Self::Foreign(Some("a load balancer"))
        } else if has("/requestContext/connectionId") {
            Self::Foreign(Some("a WebSocket API"))
        } else if has("/requestContext/httpMethod") || has("/httpMethod") {
            Self::Foreign(Some("a REST API, or an HTTP API with payload 1.0"))
        } else {
            Self::Foreign(None)
        }
    }
}

/// As rules that keep a function warm say it: `serverless-plugin-warmup`, `EventBridge` schedules and `lambda-warmer`.
fn is_warming(event: &Value) -> bool {
    event["source"] == "serverless-plugin-warmup"
        || event["detail-type"] == "Scheduled Event"
        || event["warmer"] == true
}

pub(super) fn refusal(named: Option<&str>) -> String {
    let found = named.map_or_else(String::new, |named| format!("; this event is of {named}"));
    format!(
        "the function takes events of Function URLs and of HTTP APIs with payload format 2.0{found}"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn events_are_known_by_their_members() {
        let of_http =
            json!({"version": "2.0", "requestContext": {"http": {"method": "GET", "path": "/"}}});
        let rest = json!({"httpMethod": "GET", "path": "/", "requestContext": {"httpMethod": "GET", "stage": "prod"}});
        let balancer =
            json!({"httpMethod": "GET", "requestContext": {"elb": {"targetGroupArn": "arn"}}});
        let socket = json!({"requestContext": {"connectionId": "c", "eventType": "CONNECT"}});
        for (event, kind) in [
            (of_http, Kind::Request),
            (json!({"source": "serverless-plugin-warmup"}), Kind::Warming),
            (
                json!({"source": "aws.events", "detail-type": "Scheduled Event"}),
                Kind::Warming,
            ),
            (json!({"warmer": true, "concurrency": 3}), Kind::Warming),
            (json!({"warmer": false}), Kind::Foreign(None)),
            (
                rest,
                Kind::Foreign(Some("a REST API, or an HTTP API with payload 1.0")),
            ),
            (balancer, Kind::Foreign(Some("a load balancer"))),
            (socket, Kind::Foreign(Some("a WebSocket API"))),
            (json!({"key1": "value1"}), Kind::Foreign(None)),
            (json!([1]), Kind::Foreign(None)),
        ] {
            assert_eq!(Kind::of(&event), kind, "{event}");
        }
    }

    #[test]
    fn a_request_in_which_a_warmer_is_named_is_a_request() {
        let event =
            json!({"warmer": true, "requestContext": {"http": {"method": "POST", "path": "/rpc"}}});
        assert_eq!(Kind::of(&event), Kind::Request);
    }
}
