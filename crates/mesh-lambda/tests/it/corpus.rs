//! The corpus: in the package, or in a bucket until somebody needs it.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::rpc::told;
use crate::support::{Fake, Mesh, Mode, Setup, archive, mcp, rpc, within, write_corpus};

const TOOLS: usize = 11;

fn ask() -> mesh_emulator::Event {
    rpc::call(
        "query_aoma_knowledge",
        json!({"query": "how are uploads resumed?"}),
    )
}

async fn finds(mesh: &Mesh) {
    let answer = mesh.send(&ask()).await.json();
    let (text, is_error) = told(&answer);
    assert!(
        !is_error && text.contains("after a pause of the network"),
        "{text}"
    );
}

async fn bucket(archive: Vec<u8>) -> Fake {
    Fake::serving(move |seen| match seen.path.as_str() {
        "/corpora/team/aoma.tar.gz" => (200, archive.clone().into()),
        _ => (404, "<Error><Code>NoSuchKey</Code></Error>".into()),
    })
    .await
}

fn fetching(bucket: &Fake, scratch: &Path) -> Setup {
    mcp()
        .set("MESH_CORPUS_URI", "s3://corpora/team/aoma.tar.gz")
        .set("AWS_ENDPOINT_URL_S3", bucket.url())
        .set("TMPDIR", scratch.to_str().expect("text"))
}

async fn failure(mesh: &Mesh) -> String {
    let answer = mesh.send(&ask()).await.json();
    let (text, is_error) = told(&answer);
    assert!(is_error, "{text}");
    text.to_owned()
}

#[tokio::test]
async fn one_that_came_with_the_package_is_open_at_the_start() {
    let package = tempfile::tempdir().expect("a folder");
    write_corpus(&package.path().join("corpus"));
    let root = package.path().to_str().expect("text");
    let mesh = mcp().set("LAMBDA_TASK_ROOT", root).start().await;
    assert_eq!(mesh.tools().await.len(), TOOLS);
    finds(&mesh).await;
    let health = mesh.send(&rpc::get("/health")).await;
    assert_eq!(
        (health.status.as_u16(), &health.json()["status"]),
        (200, &json!("healthy"))
    );
    assert!(
        !mesh.settled().await.contains("\"ERROR\""),
        "{}",
        mesh.log()
    );
}

#[tokio::test]
async fn one_that_is_broken_is_found_so_and_the_rest_serves() {
    let package = tempfile::tempdir().expect("a folder");
    let corpus = package.path().join("corpus");
    write_corpus(&corpus);
    for file in std::fs::read_dir(&corpus).expect("the folder") {
        let path = file.expect("a file").path();
        if path.is_file() {
            std::fs::write(path, "garbage").expect("it is written");
        }
    }
    let root = package.path().to_str().expect("text");
    let mesh = mcp().set("LAMBDA_TASK_ROOT", root).start().await;
    let answer = mesh.call("get_server_capabilities", json!({})).await;
    assert!(!told(&answer).1, "{answer}");
    let health = mesh.send(&rpc::get("/health")).await;
    assert_eq!(health.status, 503);
    assert!(failure(&mesh).await.contains("cannot be opened"));
    assert!(!health.text().contains(root), "{}", health.text());
}

#[tokio::test]
async fn one_in_a_bucket_is_fetched_when_it_is_needed() {
    let (bucket, scratch) = (
        bucket(archive()).await,
        tempfile::tempdir().expect("a folder"),
    );
    let mesh = fetching(&bucket, scratch.path()).start().await;
    let answer = mesh.call("get_server_capabilities", json!({})).await;
    assert!(!told(&answer).1, "{answer}");
    mesh.send(&rpc::get("/health?live")).await;
    assert_eq!(bucket.seen().len(), 0, "nobody has needed it");
    finds(&mesh).await;
    finds(&mesh).await;
    assert_eq!(mesh.tools().await.len(), TOOLS);
    assert_eq!(bucket.seen().len(), 1);
    assert!(
        bucket.seen()[0]
            .header("authorization")
            .contains("/us-east-2/s3/aws4_request")
    );
    assert!(
        !scratch.path().join("corpus.tar.gz").exists(),
        "there is little room"
    );
}

#[tokio::test]
async fn a_list_names_what_waits_for_it_and_does_not_fetch_it() {
    let (bucket, scratch) = (
        bucket(archive()).await,
        tempfile::tempdir().expect("a folder"),
    );
    let mesh = fetching(&bucket, scratch.path()).start().await;
    assert_eq!(mesh.tools().await.len(), TOOLS);
    assert_eq!(bucket.seen().len(), 0);
    finds(&mesh).await;
    assert_eq!(mesh.tools().await.len(), TOOLS);
}

#[tokio::test]
async fn a_bucket_that_hangs_holds_up_no_list_and_health_once() {
    let (bucket, scratch) = (
        bucket(archive()).await,
        tempfile::tempdir().expect("a folder"),
    );
    bucket.does(Mode::Hanging);
    let mesh = fetching(&bucket, scratch.path()).start().await;
    let resource = json!({"uri": "aoma://health"});
    let probed = mesh
        .send(&rpc::legacy("resources/read", resource.clone()))
        .await;
    assert!(probed.took < Duration::from_secs(4), "{:?}", probed.took);
    bucket.until_asked(1).await;
    for event in [
        rpc::legacy("tools/list", json!({})),
        rpc::modern("tools/list", json!({})),
        rpc::legacy("resources/list", json!({})),
        rpc::legacy("resources/templates/list", json!({})),
        rpc::legacy("prompts/list", json!({})),
        rpc::get("/tools"),
        rpc::get("/tools/get_system_health"),
        rpc::get("/health"),
        rpc::legacy("resources/read", resource),
        rpc::call("get_server_capabilities", json!({})),
        rpc::call("get_system_health", json!({})),
    ] {
        let reply = mesh.send(&event).await;
        assert!(
            reply.took < Duration::from_secs(1),
            "{event:?}: {:?}",
            reply.took
        );
    }
    assert_eq!(mesh.tools().await.len(), TOOLS);
}

#[tokio::test]
async fn what_could_not_be_fetched_is_listed_when_it_can() {
    let (bucket, scratch) = (
        bucket(archive()).await,
        tempfile::tempdir().expect("a folder"),
    );
    bucket.does(Mode::Answering(
        403,
        "<Error><Code>AccessDenied</Code></Error>".to_owned(),
    ));
    let mesh = fetching(&bucket, scratch.path()).start().await;
    failure(&mesh).await;
    assert!(mesh.tools().await.len() < TOOLS);
    bucket.does(Mode::Serving);
    within(async { while mesh.tools().await.len() < TOOLS {} }).await;
}

#[tokio::test]
async fn many_who_need_it_have_it_fetched_once() {
    let (bucket, scratch) = (
        bucket(archive()).await,
        tempfile::tempdir().expect("a folder"),
    );
    let setup = fetching(&bucket, scratch.path()).set("AWS_LAMBDA_MAX_CONCURRENCY", "8");
    let mesh = setup.start().await;
    futures::future::join_all((0..8).map(|_| finds(&mesh))).await;
    assert_eq!(bucket.seen().len(), 1);
}

#[tokio::test]
async fn a_bucket_that_fails_is_told_and_asked_again() {
    let (bucket, scratch) = (
        bucket(archive()).await,
        tempfile::tempdir().expect("a folder"),
    );
    let mesh = fetching(&bucket, scratch.path()).start().await;
    let denied = "<Error><Code>AccessDenied</Code></Error>";
    for (mode, said) in [
        (
            Mode::Answering(404, "<Error><Code>NoSuchKey</Code></Error>".to_owned()),
            "no such object",
        ),
        (Mode::Answering(403, denied.to_owned()), "s3:GetObject"),
        (
            Mode::Answering(200, "garbage".to_owned()),
            "cannot be unpacked",
        ),
        (
            Mode::Answering(
                301,
                "<Error><Code>PermanentRedirect</Code></Error>".to_owned(),
            ),
            "PermanentRedirect",
        ),
    ] {
        bucket.does(mode.clone());
        let text = failure(&mesh).await;
        assert!(text.contains(said), "{mode:?}: {text}");
        let health = mesh.send(&rpc::get("/health")).await.json();
        let error = &health["services"]["corpus"]["error"];
        assert!(
            error.as_str().is_some_and(|error| error.contains(said)),
            "{mode:?}: {health}"
        );
        let answer = mesh.call("get_server_capabilities", json!({})).await;
        assert!(!told(&answer).1, "{mode:?}: {answer}");
    }
    bucket.does(Mode::Serving);
    finds(&mesh).await;
    assert_eq!(mesh.tools().await.len(), TOOLS);
}

#[tokio::test]
async fn a_bucket_that_goes_on_failing_is_told_and_left_alone_for_a_while() {
    for mode in [Mode::Resetting, Mode::BreakingOff] {
        let (bucket, scratch) = (
            bucket(archive()).await,
            tempfile::tempdir().expect("a folder"),
        );
        let mesh = fetching(&bucket, scratch.path()).start().await;
        bucket.does(mode.clone());
        let text = failure(&mesh).await;
        assert!(text.contains("broke off"), "{mode:?}: {text}");
        let alone = "is not asked for some seconds";
        within(async { while !failure(&mesh).await.contains(alone) {} }).await;
        let asked = bucket.seen().len();
        failure(&mesh).await;
        assert_eq!(bucket.seen().len(), asked, "{mode:?}");
        bucket.does(Mode::Serving);
        within(async { while told(&mesh.send(&ask()).await.json()).1 {} }).await;
        finds(&mesh).await;
    }
}

#[tokio::test]
async fn half_an_archive_is_none_and_the_next_is_whole() {
    let whole = archive();
    let half = whole[..whole.len() / 2].to_vec();
    let (bucket, scratch) = (bucket(half).await, tempfile::tempdir().expect("a folder"));
    let mesh = fetching(&bucket, scratch.path()).start().await;
    assert!(failure(&mesh).await.contains("cannot be unpacked"));
    drop(mesh);
    let whole = self::bucket(whole).await;
    finds(&fetching(&whole, scratch.path()).start().await).await;
}

#[tokio::test]
async fn a_bucket_that_hangs_holds_up_only_who_needs_it() {
    let (bucket, scratch) = (
        bucket(archive()).await,
        tempfile::tempdir().expect("a folder"),
    );
    bucket.does(Mode::Hanging);
    let setup = fetching(&bucket, scratch.path()).set("MESH_BUDGET_MS", "1000");
    let mesh = setup.start().await;
    let text = failure(&mesh).await;
    assert!(text.contains("fetching the corpus took too long"), "{text}");
    let answer = mesh.call("get_server_capabilities", json!({})).await;
    assert!(!told(&answer).1, "{answer}");
    bucket.does(Mode::Serving);
    // The first attempt is given up after two seconds, and made again by itself.
    within(async {
        loop {
            let answer: Value = mesh.send(&ask()).await.json();
            if !told(&answer).1 {
                break;
            }
        }
    })
    .await;
}
