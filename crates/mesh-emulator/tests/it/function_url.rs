//! The Function URL as a client sees it.

use std::net::SocketAddr;
use std::time::Duration;

use mesh_emulator::{
    Bootstrap, Credentials, Environment, Fault, Front, Guard, Identity, Mode, Verifier,
};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{example, post};

#[tokio::test]
async fn a_request_becomes_an_event_and_the_reply_an_answer() {
    let address = serve(front()).await;
    let answer = post(
        address,
        "/some/path?x=1",
        "content-type: application/json\r\ncookie: a=1\r\n",
        "[1]",
    )
    .await;
    assert_eq!(answer.status, 200);
    let told = answer.json();
    assert_eq!(told["method"], "POST");
    assert_eq!(told["uri"], "https://localhost/some/path?x=1");
    assert_eq!(
        (&told["body"], &told["cookie"], &told["principal"]),
        (&json!("[1]"), &json!("a=1"), &Value::Null)
    );
    assert!(answer.header("x-amzn-requestid").is_some());
}

#[tokio::test]
async fn cookies_come_back_and_a_challenge_is_renamed() {
    let address = serve(front()).await;
    let answer = post(address, "/cookies", "", "").await;
    assert_eq!(answer.status, 202);
    assert_eq!(answer.headers("set-cookie"), ["a=1", "b=2"]);
    assert_eq!(answer.header("www-authenticate"), None);
    assert_eq!(
        answer.header("x-amzn-remapped-www-authenticate"),
        Some("Bearer")
    );
}

#[tokio::test]
async fn a_function_that_fails_is_a_bad_gateway_and_the_next_request_is_served() {
    let address = serve(front().timeout(Duration::from_millis(300))).await;
    for path in ["/error", "/panic", "/exit", "/slow", "/large"] {
        let answer = post(address, path, "", "").await;
        assert_eq!(
            (answer.status, answer.json()),
            (502, json!({"Message": "Internal Server Error"})),
            "{path}"
        );
    }
    assert_eq!(post(address, "/fixed", "", "").await.status, 200);
}

#[tokio::test]
async fn a_function_that_does_not_start_is_a_bad_gateway() {
    let broken = Front::new(Bootstrap::new("/bin/false"), Environment::lambda(), 1);
    assert_eq!(post(serve(broken).await, "/", "", "").await.status, 502);
}

#[tokio::test]
async fn an_event_over_six_megabytes_never_reaches_the_function() {
    let answer = post(
        serve(front()).await,
        "/",
        "content-type: text/plain\r\n",
        &"x".repeat(6 << 20),
    )
    .await;
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn requests_run_at_once_in_environments_of_their_own() {
    let address = serve(front()).await;
    let slow = tokio::spawn(async move { post(address, "/slow", "", "").await });
    assert_eq!(post(address, "/fixed", "", "").await.status, 200);
    slow.abort();
}

#[tokio::test]
async fn a_stream_is_passed_on_piece_by_piece() {
    let bootstrap = Bootstrap::new(example("echo"));
    let environment = Environment::lambda().with("STREAMING", "1");
    let address = serve(Front::new(bootstrap, environment, 1).mode(Mode::Streaming)).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(b"GET /accepted HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut lines = BufReader::new(stream).lines();
    assert_eq!(
        lines.next_line().await.unwrap().unwrap(),
        "HTTP/1.1 202 Accepted"
    );
    let mut body = Vec::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        body.push(line);
    }
    let start = body.iter().position(String::is_empty).unwrap();
    // Each piece is a chunk: its length and its text.
    assert_eq!(body[start + 1..], ["4", "one", "", "4", "two", "", "0", ""]);
}

#[tokio::test]
async fn a_trusted_principal_needs_no_signature() {
    let arn = "arn:aws:iam::123456789012:user/alice";
    let address = serve(front().guard(Guard::Trusting(Identity::of(arn)))).await;
    assert_eq!(post(address, "/", "", "").await.json()["principal"], arn);
}

#[tokio::test]
async fn without_a_signature_nobody_is_let_in_unless_that_is_the_fault() {
    let address = serve(front().guard(signed())).await;
    let answer = post(address, "/fixed", "", "").await;
    assert_eq!(answer.status, 403);
    assert_eq!(
        answer.header("x-amzn-errortype"),
        Some("AccessDeniedException")
    );
    assert!(
        answer.json()["Message"]
            .as_str()
            .unwrap()
            .starts_with("Forbidden. ")
    );
    let open = serve(front().guard(signed()).fault(Some(Fault::UnsignedAccepted))).await;
    assert_eq!(post(open, "/fixed", "", "").await.status, 200);
}

#[tokio::test]
async fn a_bearer_token_is_no_signature() {
    let address = serve(front().guard(signed())).await;
    let answer = post(address, "/", "authorization: Bearer x\r\n", "").await;
    assert_eq!(answer.status, 403);
    assert_eq!(
        answer.header("x-amzn-errortype"),
        Some("IncompleteSignatureException")
    );
}

#[tokio::test]
async fn faults_are_answered_in_the_functions_place() {
    for (fault, status, kind) in [
        (Fault::BadGateway, 502, "application/json"),
        (Fault::Html, 200, "text/html; charset=utf-8"),
        (Fault::MissingInvokeFunction, 403, "application/json"),
        (Fault::MissingInvokeFunctionUrl, 403, "application/json"),
    ] {
        let answer = post(serve(front().fault(Some(fault))).await, "/fixed", "", "").await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (status, Some(kind)),
            "{fault:?}"
        );
    }
}

fn front() -> Front {
    Front::new(Bootstrap::new(example("echo")), Environment::lambda(), 2)
}

fn signed() -> Guard {
    let credentials = Credentials {
        access_key: "AKIAEXAMPLE".to_owned(),
        secret_key: "secret".to_owned(),
        session_token: None,
    };
    let verifier = Verifier {
        credentials,
        region: "us-east-2".to_owned(),
        service: "lambda".to_owned(),
    };
    Guard::Signed(
        verifier,
        Identity::of("arn:aws:iam::123456789012:user/alice"),
    )
}

async fn serve(front: Front) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener
        .local_addr()
        .expect("a bound listener has an address");
    tokio::spawn(front.serve(listener));
    address
}
