use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Behaviour, Operation, Recorded, Shared};

/// What is planned from outside.
#[derive(Debug, Deserialize)]
pub(super) struct Plan {
    operation: Operation,
    behaviour: Behaviour,
}

/// `GET /fake/requests`: all that has been asked, for suites in other languages.
pub(super) async fn requests(State(shared): State<Shared>) -> Json<Value> {
    let requests = shared.lock().requests.clone();
    let mut objects = Vec::new();
    for request in &requests {
        objects.push(object(request).await);
    }
    Json(objects.into())
}

/// `DELETE /fake/requests`.
pub(super) async fn forget(State(shared): State<Shared>) -> StatusCode {
    shared.lock().requests.clear();
    StatusCode::NO_CONTENT
}

/// `POST /fake/next`: what an operation does when it is asked the next time.
pub(super) async fn plan(State(shared): State<Shared>, Json(plan): Json<Plan>) -> StatusCode {
    shared.lock().plan(plan.operation, plan.behaviour);
    StatusCode::NO_CONTENT
}

async fn object(request: &Recorded) -> Value {
    let parts = request.parts().await.into_iter().map(|part| {
        json!({
            "name": part.name, "file_name": part.file_name, "media_type": part.media_type,
            "base64": STANDARD.encode(&part.bytes),
        })
    });
    json!({
        "method": request.method.as_str(),
        "path": request.path,
        "query": request.query,
        "json": request.json(),
        "parts": parts.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use http::Request;
    use tower::ServiceExt as _;

    use super::super::{FakeElevenLabs, KEY, routes};
    use super::*;

    #[tokio::test]
    async fn what_was_asked_is_told_and_what_comes_next_is_planned() {
        let fake = FakeElevenLabs::start().await;
        let ask = async |method: &str, path: &str, body: &str| {
            let request = Request::builder().method(method).uri(path);
            let request = request.header("xi-api-key", KEY);
            let request = request.header("content-type", "application/json");
            let request = request.body(Body::from(body.to_owned())).expect("one");
            let answer = routes::all(&fake.shared).oneshot(request).await;
            let answer = answer.expect("it always answers");
            let status = answer.status().as_u16();
            let body = to_bytes(answer.into_body(), usize::MAX).await;
            let body: Value = serde_json::from_slice(&body.expect("whole")).unwrap_or_default();
            (status, body)
        };
        for behaviour in [
            r#""quota_exceeded""#,
            r#"{"status": 503}"#,
            r#"{"system_busy": {"retry_after_s": 3}}"#,
        ] {
            let plan = format!(r#"{{"operation": "models", "behaviour": {behaviour}}}"#);
            assert_eq!(ask("POST", "/fake/next", &plan).await.0, 204, "{plan}");
        }
        for status in [401, 503, 429, 200] {
            assert_eq!(ask("GET", "/v1/models?a=b%20c", "").await.0, status);
        }
        let (_, requests) = ask("GET", "/fake/requests", "").await;
        let expected = json!({
            "method": "GET", "path": "/v1/models", "query": {"a": "b c"}, "json": null, "parts": [],
        });
        assert_eq!(requests, json!([expected, expected, expected, expected]));
        assert_eq!(ask("DELETE", "/fake/requests", "").await.0, 204);
        assert_eq!(ask("GET", "/fake/requests", "").await.1, json!([]));
    }
}
