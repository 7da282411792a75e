//! A bucket that files are put into: the requests of it, and what it says where they fail.

use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use mesh_aws::Bucket;
use mesh_core::{NewObject, ObjectFault, ObjectStore as _, PutWhen};

use crate::support::{Fake, Reply, Seen, aws, within};

/// More than is read of a file at once, and no multiple of that.
const LENGTH: usize = 300_001;
/// Of [`content`].
const SHA256: [u8; 32] = [
    0xbf, 0x9a, 0x35, 0x2f, 0x45, 0x14, 0xab, 0x20, 0xbc, 0x7c, 0x79, 0xe6, 0x5d, 0x3c, 0x20, 0x74,
    0xdc, 0x1f, 0x06, 0x48, 0xb5, 0x5b, 0x58, 0xd2, 0x1a, 0x7b, 0x9c, 0x29, 0x7c, 0x17, 0x21, 0xeb,
];

fn content() -> Vec<u8> {
    (0..LENGTH).map(|at| (at % 251) as u8).collect()
}

fn object() -> NewObject {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(&content()).expect("written");
    NewObject {
        file: Arc::new(file),
        length: LENGTH as u64,
        sha256: SHA256,
        media_type: "audio/mpeg".to_owned(),
    }
}

async fn taking() -> Fake {
    Fake::serving(|_: &Seen| Reply::new(200, "")).await
}

fn bucket(fake: &Fake) -> Bucket {
    Bucket::new(&aws(fake.address()), "sounds").expect("a name")
}

async fn put(fake: &Fake, millis: u64) -> Result<(), ObjectFault> {
    put_when(fake, PutWhen::Always, millis).await
}

async fn put_when(fake: &Fake, when: PutWhen<'_>, millis: u64) -> Result<(), ObjectFault> {
    let (object, deadline) = (object(), within(millis));
    let bucket = bucket(fake);
    bucket.put("sounds/0a.mp3", &object, when, deadline).await
}

#[tokio::test]
async fn a_file_is_put_by_one_request_with_its_length_and_its_digest() {
    let fake = taking().await;
    put(&fake, 5_000).await.expect("kept");
    let seen = fake.seen();
    assert_eq!(seen.len(), 1);
    let put = &seen[0];
    assert_eq!(
        (put.method.as_str(), put.target.as_str()),
        ("PUT", "/sounds/sounds/0a.mp3")
    );
    assert_eq!(put.body, content());
    assert_eq!(put.header("content-length"), "300001");
    assert_eq!(put.header("transfer-encoding"), "");
    assert_eq!(put.header("content-type"), "audio/mpeg");
    assert_eq!(
        put.header("x-amz-content-sha256"),
        "bf9a352f4514ab20bc7c79e65d3c2074dc1f0648b55b58d21a7b9c297c1721eb"
    );
    let authorization = put.header("authorization");
    assert!(
        authorization.contains(
            "SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token,"
        ),
        "{authorization}"
    );
}

#[tokio::test]
async fn a_bucket_that_is_busy_once_is_given_the_whole_file_again() {
    let fake = taking()
        .await
        .answering_once(503, "<Error><Code>SlowDown</Code></Error>");
    put(&fake, 5_000).await.expect("kept");
    let bodies: Vec<usize> = fake.seen().iter().map(|seen| seen.body.len()).collect();
    assert_eq!(bodies, [LENGTH, LENGTH]);
}

#[tokio::test]
async fn a_file_that_is_not_kept_is_told_why() {
    for (status, code, told) in [
        (
            403,
            "AccessDenied",
            "the bucket refused: the role may not write to it (s3:PutObject)",
        ),
        (404, "NoSuchBucket", "there is no such bucket"),
        (
            301,
            "PermanentRedirect",
            "the bucket answered `PermanentRedirect`",
        ),
    ] {
        let fake = taking()
            .await
            .answering(status, &format!("<Error><Code>{code}</Code></Error>"));
        let refused = put(&fake, 5_000).await;
        assert_eq!(refused, Err(ObjectFault::Failed(told.to_owned())));
    }
    let fake = taking().await.hanging();
    let told = "the bucket did not take the object in time".to_owned();
    assert_eq!(put(&fake, 200).await, Err(ObjectFault::Failed(told)));
}

#[tokio::test]
async fn a_condition_is_sent_and_signed_and_where_it_does_not_hold_that_is_told() {
    let absent = PutWhen::Absent;
    let unchanged = PutWhen::Unchanged("\"0a\"");
    for (when, header, value) in [
        (absent, "if-none-match", "*"),
        (unchanged, "if-match", "\"0a\""),
    ] {
        let fake = taking().await;
        put_when(&fake, when, 5_000).await.expect("kept");
        let seen = &fake.seen()[0];
        assert_eq!(seen.header(header), value);
        let signed = format!("SignedHeaders=content-type;host;{header};");
        let authorization = seen.header("authorization");
        assert!(authorization.contains(&signed), "{authorization}");
    }
    for (when, status, code, is_conflict) in [
        (absent, 412, "PreconditionFailed", true),
        (absent, 409, "ConditionalRequestConflict", true),
        (unchanged, 412, "PreconditionFailed", true),
        (unchanged, 404, "NoSuchKey", true),
        (absent, 404, "NoSuchBucket", false),
        (absent, 409, "OperationAborted", false),
    ] {
        let body = format!("<Error><Code>{code}</Code></Error>");
        let fake = taking().await.answering(status, &body);
        let refused = put_when(&fake, when, 5_000).await.expect_err("refused");
        assert_eq!(
            refused == ObjectFault::Conflict,
            is_conflict,
            "{code}: {refused}"
        );
    }
}

#[tokio::test]
async fn what_is_not_there_is_told_from_a_bucket_that_is_not() {
    let code = |code: &str| format!("<Error><Code>{code}</Code></Error>");
    for (status, body, fault) in [
        (404, code("NoSuchKey"), ObjectFault::NotThere),
        // S3 says so of what is not there, where the role may not list the bucket.
        (403, code("AccessDenied"), ObjectFault::NotThere),
        (
            404,
            code("NoSuchBucket"),
            ObjectFault::Failed("there is no such bucket".to_owned()),
        ),
        (200, "more than ten bytes".to_owned(), ObjectFault::TooLarge),
    ] {
        let fake = taking().await.answering(status, &body);
        let had = bucket(&fake).get("answers/0a", 10, within(5_000)).await;
        assert_eq!(had, Err(fault));
    }
}

#[tokio::test]
async fn an_address_is_made_without_asking_and_shows_nothing_in_a_log() {
    let fake = taking().await;
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_176_000);
    let quarter = Duration::from_secs(900);
    let link = bucket(&fake).link("sounds/0a.mp3", now, quarter).await;
    let link = link.expect("signed");
    let begins = format!("{}/sounds/sounds/0a.mp3?X-Amz-Algorithm=", fake.address());
    assert!(
        link.url.reveal().starts_with(&begins),
        "{}",
        link.url.reveal()
    );
    assert!(link.url.reveal().contains("X-Amz-Expires=900"));
    assert_eq!(link.until, now + quarter);
    assert!(!format!("{link:?}").contains("X-Amz"), "{link:?}");
    assert_eq!(fake.connections(), 0);
}

#[test]
fn a_bucket_has_a_name_that_can_be_one() {
    for wrong in ["", "a/b", "Sounds", "s3://sounds"] {
        let fake = aws("http://127.0.0.1:1");
        assert!(Bucket::new(&fake, wrong).is_err(), "{wrong}");
    }
}
