use mesh_aws::{Object, ObjectError, S3};

use crate::support::{Fake, Reply, Seen, aws, within};

const CONTENT: &str = "a corpus of some length";

/// A server that holds one object.
async fn bucket() -> Fake {
    Fake::serving(|seen: &Seen| match seen.target.as_str() {
        "/corpora/a%20b/corpus.tar.gz" => Reply::new(200, CONTENT),
        _ => Reply::new(404, "<Error><Code>NoSuchKey</Code></Error>"),
    })
    .await
}

fn object() -> Object {
    "s3://corpora/a b/corpus.tar.gz".parse().expect("an object")
}

async fn download(fake: &Fake, limit: u64) -> Result<Vec<u8>, ObjectError> {
    let mut sink = Vec::new();
    let s3 = S3::new(&aws(fake.address()));
    let fetched = s3
        .download(&object(), &mut sink, limit, within(5_000))
        .await?;
    assert_eq!(fetched.length, sink.len() as u64);
    Ok(sink)
}

#[tokio::test]
async fn an_object_arrives_whole_by_one_signed_request() {
    let fake = bucket().await;
    let content = download(&fake, 1_000).await.expect("fetched");
    assert_eq!(content, CONTENT.as_bytes());

    let seen = fake.seen();
    assert_eq!((seen.len(), seen[0].method.as_str()), (1, "GET"));
    let authorization = seen[0].header("authorization");
    assert!(
        authorization.contains("/us-east-2/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,"),
        "{authorization}"
    );
}

#[tokio::test]
async fn an_object_that_is_not_there_is_told_so() {
    let fake = bucket().await;
    let other: Object = "s3://corpora/other".parse().expect("an object");
    let s3 = S3::new(&aws(fake.address()));
    let missing = s3
        .download(&other, &mut Vec::new(), 1_000, within(5_000))
        .await;
    assert!(matches!(missing, Err(ObjectError::NotFound)), "{missing:?}");
    assert_eq!(fake.seen().len(), 1, "what is not there does not come");
}

#[tokio::test]
async fn an_object_larger_than_the_room_is_not_fetched() {
    let fake = bucket().await;
    let refused = download(&fake, 10).await;
    assert!(
        matches!(refused, Err(ObjectError::TooLarge { limit: 10 })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_denial_and_a_wrong_clock_are_told_apart() {
    let denied = bucket()
        .await
        .answering(403, "<Error><Code>AccessDenied</Code></Error>");
    let refused = download(&denied, 1_000).await;
    assert!(matches!(refused, Err(ObjectError::Denied)), "{refused:?}");

    let skewed = bucket()
        .await
        .answering(403, "<Error><Code>RequestTimeTooSkewed</Code></Error>");
    let refused = download(&skewed, 1_000).await.expect_err("refused");
    assert_eq!(
        refused.to_string(),
        "the bucket answered `RequestTimeTooSkewed`"
    );
}

#[tokio::test]
async fn a_bucket_that_is_busy_once_is_asked_again() {
    let fake = bucket()
        .await
        .answering_once(503, "<Error><Code>SlowDown</Code></Error>");
    let content = download(&fake, 1_000).await.expect("fetched");
    assert_eq!(content, CONTENT.as_bytes());
    assert_eq!(fake.seen().len(), 2);
}

#[tokio::test]
async fn an_object_that_breaks_off_is_an_error() {
    let fake = bucket().await.breaking_off_after("a cor");
    let broken = download(&fake, 10_000).await;
    assert!(matches!(broken, Err(ObjectError::BrokenOff)), "{broken:?}");
}

#[tokio::test]
async fn a_hanging_bucket_is_left_at_the_deadline() {
    let fake = bucket().await.hanging();
    let s3 = S3::new(&aws(fake.address()));
    let late = s3
        .download(&object(), &mut Vec::new(), 1_000, within(200))
        .await;
    assert!(matches!(late, Err(ObjectError::TimedOut)), "{late:?}");
}

#[tokio::test]
async fn a_spent_deadline_opens_no_connection() {
    let fake = bucket().await;
    let s3 = S3::new(&aws(fake.address()));
    let late = s3
        .download(&object(), &mut Vec::new(), 1_000, within(0))
        .await;
    assert!(matches!(late, Err(ObjectError::TimedOut)), "{late:?}");
    assert_eq!(fake.connections(), 0);
}

#[test]
fn an_object_has_a_bucket_and_a_key() {
    for wrong in [
        "https://corpora/key",
        "s3://corpora",
        "s3://corpora/",
        "s3://No Bucket/key",
        "s3:///key",
        "s3://corpora/a/../key",
    ] {
        assert!(wrong.parse::<Object>().is_err(), "{wrong}");
    }
    assert_eq!(object().to_string(), "s3://corpora/a b/corpus.tar.gz");
}
