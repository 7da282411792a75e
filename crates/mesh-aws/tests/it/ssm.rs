use std::time::{Duration, Instant};

use mesh_aws::Ssm;
use mesh_core::{Parameter, SecretSource as _, SourceError};
use serde_json::Value;

use crate::support::{Fake, aws, parameter_store, within};

const KEY: (&str, &str, i64) = ("/mcp-server/openai-api-key", "sk-test-0123456789abcdef", 7);
const OLD: (&str, &str, i64) = ("/mcp-server/supabase-url", "https://old.example.com", 1);
const NEW: (&str, &str, i64) = (
    "/mcp-server/next-public-supabase-url",
    "https://new.example.com",
    3,
);

async fn failure(fake: &Fake, millis: u64) -> SourceError {
    let ssm = Ssm::new(&aws(fake.address()), "/mcp-server/");
    ssm.read(within(millis)).await.expect_err("refused")
}

#[tokio::test]
async fn one_signed_request_asks_for_every_spelling_decrypted() {
    let fake = parameter_store(&[KEY]).await;
    let ssm = Ssm::new(&aws(fake.address()), "mcp-server");
    ssm.read(within(5_000)).await.expect("read");

    let seen = fake.seen();
    assert_eq!(seen.len(), 1);
    let body: Value = serde_json::from_slice(&seen[0].body).expect("JSON");
    assert_eq!(body["WithDecryption"], true);
    let names = body["Names"].as_array().expect("a list");
    let expected: Vec<String> = Parameter::ALL
        .iter()
        .flat_map(|parameter| parameter.spellings())
        .map(|spelling| format!("/mcp-server/{spelling}"))
        .collect();
    assert_eq!(*names, expected);
    let authorization = seen[0].header("authorization");
    assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"));
    assert!(
        authorization.contains("/us-east-2/ssm/aws4_request, SignedHeaders=")
            && authorization.contains(";host;x-amz-date;x-amz-security-token;x-amz-target;"),
        "{authorization}"
    );
    assert_eq!(seen[0].header("x-amz-security-token"), "example-token");
}

#[tokio::test]
async fn values_come_with_their_versions_and_the_rest_is_left_out() {
    let fake = parameter_store(&[KEY, OLD]).await;
    let ssm = Ssm::new(&aws(fake.address()), "/mcp-server");
    let values = ssm.read(within(5_000)).await.expect("read");

    assert_eq!(values.len(), 2);
    let key = &values[&Parameter::OpenAiApiKey];
    assert_eq!((key.value.reveal(), key.version), (KEY.1, Some(7)));
    assert_eq!(values[&Parameter::SupabaseUrl].value.reveal(), OLD.1);
}

#[tokio::test]
async fn the_first_spelling_goes_before_the_second() {
    let fake = parameter_store(&[OLD, NEW]).await;
    let ssm = Ssm::new(&aws(fake.address()), "/mcp-server");
    let values = ssm.read(within(5_000)).await.expect("read");
    assert_eq!(values[&Parameter::SupabaseUrl].value.reveal(), NEW.1);
}

#[tokio::test]
async fn a_name_is_the_first_spelling_under_the_prefix() {
    let ssm = Ssm::new(&aws("http://127.0.0.1:1"), "team/mesh");
    assert_eq!(
        ssm.name(Parameter::SupabaseUrl),
        "/team/mesh/next-public-supabase-url"
    );
}

#[tokio::test]
async fn a_denial_names_the_action() {
    let fake = parameter_store(&[]).await.answering(
        400,
        r#"{"__type":"AccessDeniedException","Message":"User: arn:aws:sts::1:x is not authorized to perform: ssm:GetParameters"}"#,
    );
    let denied = SourceError::Denied("ssm:GetParameters".to_owned());
    assert_eq!(failure(&fake, 5_000).await, denied);
    assert_eq!(fake.seen().len(), 1, "a denial does not pass by itself");
}

#[tokio::test]
async fn a_key_that_may_not_decrypt_is_named_as_that() {
    let fake = parameter_store(&[]).await.answering(
        400,
        r#"{"__type":"com.amazonaws.ssm#AccessDeniedException","message":"The ciphertext refers to a key, no kms:Decrypt on it"}"#,
    );
    let denied = SourceError::Denied("kms:Decrypt".to_owned());
    assert_eq!(failure(&fake, 5_000).await, denied);
}

#[tokio::test]
async fn a_throttled_read_is_tried_once_more_and_then_given_up() {
    let throttled = r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#;
    let fake = parameter_store(&[]).await.answering(400, throttled);
    assert_eq!(failure(&fake, 5_000).await, SourceError::Throttled);
    assert_eq!(fake.seen().len(), 2);
}

#[tokio::test]
async fn a_store_that_is_well_again_at_once_is_read() {
    let fake = parameter_store(&[KEY]).await.answering_once(503, "");
    let ssm = Ssm::new(&aws(fake.address()), "/mcp-server");
    let values = ssm.read(within(5_000)).await.expect("read");
    assert_eq!(values.len(), 1);
}

#[tokio::test]
async fn a_store_that_goes_on_failing_is_left_alone() {
    let fake = parameter_store(&[KEY]).await.answering(503, "");
    let ssm = Ssm::new(&aws(fake.address()), "/mcp-server");
    for _ in 0..3 {
        ssm.read(within(5_000)).await.expect_err("refused");
    }
    let alone = ssm.read(within(5_000)).await.expect_err("refused");
    assert_eq!(alone, SourceError::Unreachable);
    assert_eq!(fake.seen().len(), 5);
}

#[tokio::test]
async fn an_unknown_refusal_is_told_by_its_short_name() {
    let fake = parameter_store(&[])
        .await
        .answering(400, r#"{"__type":"ExpiredTokenException"}"#);
    let refused = SourceError::Refused("ExpiredTokenException".to_owned());
    assert_eq!(failure(&fake, 5_000).await, refused);
}

#[tokio::test]
async fn garbage_is_refused_and_not_repeated() {
    let fake = parameter_store(&[])
        .await
        .answering(200, "<html>sk-live-0123456789abcdef</html>");
    let refused = failure(&fake, 5_000).await;
    assert!(matches!(refused, SourceError::Refused(_)), "{refused:?}");
    assert!(!format!("{refused:?}").contains("sk-live"), "{refused:?}");
}

#[tokio::test]
async fn a_body_without_a_type_is_told_by_its_status() {
    let fake = parameter_store(&[]).await.answering(400, "no JSON");
    let refused = SourceError::Refused("400".to_owned());
    assert_eq!(failure(&fake, 5_000).await, refused);
}

#[tokio::test]
async fn a_refused_connection_is_unreachable() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let address = closed.expect("a port").local_addr().expect("bound");
    let ssm = Ssm::new(&aws(&format!("http://{address}")), "/mcp-server");
    let failure = ssm.read(within(5_000)).await.expect_err("refused");
    assert_eq!(failure, SourceError::Unreachable);
}

#[tokio::test]
async fn a_connection_that_ends_without_an_answer_is_unreachable() {
    let fake = parameter_store(&[KEY]).await.resetting();
    assert_eq!(failure(&fake, 5_000).await, SourceError::Unreachable);
}

#[tokio::test]
async fn a_hanging_store_is_left_at_the_deadline() {
    let fake = parameter_store(&[KEY]).await.hanging();
    let begun = Instant::now();
    assert_eq!(failure(&fake, 300).await, SourceError::TimedOut);
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[tokio::test]
async fn a_spent_deadline_opens_no_connection() {
    let fake = parameter_store(&[KEY]).await;
    assert_eq!(failure(&fake, 0).await, SourceError::TimedOut);
    assert_eq!(fake.connections(), 0);
}

#[tokio::test]
async fn a_connection_is_used_again_while_it_is_fresh() {
    let fake = parameter_store(&[KEY]).await;
    let ssm = Ssm::new(&aws(fake.address()), "/mcp-server");
    ssm.read(within(5_000)).await.expect("read");
    ssm.read(within(5_000)).await.expect("read again");
    assert_eq!((fake.seen().len(), fake.connections()), (2, 1));
}
