//! Small events on one connection must not wait for acknowledgements (TCP_NODELAY): without it every other answer took some
//! 45 ms more.

use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;

use crate::support::TestApp;

const CALLS: usize = 20;

#[tokio::test]
async fn streamed_answers_on_one_connection_are_prompt() {
    let app = TestApp::start().await;
    let stream = TcpStream::connect(app.address).await.expect("connects");
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .expect("shakes hands");
    tokio::spawn(connection);
    let mut times = Vec::new();
    for _ in 0..CALLS {
        let started = Instant::now();
        let response = sender.send_request(call(&app)).await.expect("an answer");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let body = response
            .into_body()
            .collect()
            .await
            .expect("a whole body")
            .to_bytes();
        assert!(body.windows(7).any(|part| part == b"arrived"));
        times.push(started.elapsed());
    }
    times.sort_unstable();
    assert!(times[CALLS / 2] < Duration::from_millis(30), "{times:?}");
}

fn call(app: &TestApp) -> http::Request<Full<bytes::Bytes>> {
    let params = json!({"name": "report", "_meta": {"progressToken": 1}});
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    http::Request::post("/rpc")
        .header("host", app.address.to_string())
        .header("accept", "application/json, text/event-stream")
        .header("content-type", "application/json")
        .body(Full::from(body.to_string()))
        .expect("a request")
}
