use mesh_aws::{NotAText, Text};
use mesh_core::TextSource as _;

use crate::support::{Fake, Reply, aws, parameter_store, within};

async fn read(fake: &Fake, address: &str) -> Result<String, String> {
    let text = Text::at(&aws(fake.address()), address).expect("an address");
    assert_eq!(text.name(), address);
    text.read(within(5_000)).await
}

#[tokio::test]
async fn a_parameter_is_read_decrypted_by_its_whole_name() {
    let fake = parameter_store(&[("/mesh/policy", "[team.a]", 3)]).await;
    assert_eq!(
        read(&fake, "ssm:/mesh/policy").await.as_deref(),
        Ok("[team.a]")
    );
    let body = String::from_utf8_lossy(&fake.seen()[0].body).into_owned();
    assert!(body.contains("\"WithDecryption\":true"), "{body}");
    let missing = read(&fake, "ssm:/mesh/other").await;
    assert_eq!(missing, Err("there is no such parameter".to_owned()));
}

#[tokio::test]
async fn a_denial_is_told_with_the_permission_that_is_missing() {
    let fake = parameter_store(&[])
        .await
        .answering(400, r#"{"__type":"AccessDeniedException"}"#);
    let told = read(&fake, "ssm:/mesh/policy").await.expect_err("denied");
    assert!(told.contains("ssm:GetParameters"), "{told}");
}

#[tokio::test]
async fn an_object_is_read_where_it_is_a_text_of_a_megabyte_at_most() {
    let fake = Fake::serving(|seen| match seen.target.as_str() {
        "/settings/mesh/policy.toml" => Reply::new(200, "[team.b]"),
        "/settings/large" => Reply::new(200, "x".repeat((1 << 20) + 1)),
        _ => Reply::new(404, "<Error><Code>NoSuchKey</Code></Error>"),
    })
    .await;
    let found = read(&fake, "s3://settings/mesh/policy.toml").await;
    assert_eq!(found.as_deref(), Ok("[team.b]"));
    let large = read(&fake, "s3://settings/large").await;
    assert!(large.is_err_and(|told| told.contains("1048576")));
    let missing = read(&fake, "s3://settings/other").await;
    assert!(missing.is_err_and(|told| told.contains("no such object")));
}

#[test]
fn what_names_no_text_is_refused() {
    let aws = aws("http://127.0.0.1:1");
    for address in ["ssm:policy", "s3://settings", "policy.toml", "https://a/b"] {
        assert_eq!(
            Text::at(&aws, address).map(drop),
            Err(NotAText),
            "{address}"
        );
    }
}
