use std::time::{Duration, Instant};

use mesh_core::Outcome;
use mesh_tools::system::{Status, health, health_without_probes};
use serde_json::json;

use crate::support::{Records, Server};

#[tokio::test]
async fn a_server_in_order_is_healthy() {
    let server = Server::of_company();
    server
        .services
        .metrics
        .request(Instant::now(), Outcome::Success, Duration::from_millis(30));
    let health = server.call("get_system_health", json!({})).await;
    assert_eq!(health["status"], "healthy");
    for service in ["corpus", "knowledge", "tickets", "commits", "code", "mail"] {
        assert_eq!(
            health["services"][service]["status"], true,
            "{service}: {health}"
        );
        assert!(health["services"][service]["latency"].is_number());
    }
    assert_eq!(health["name"], server.services.name);
    let fingerprint = health["services"]["corpus"]["fingerprint"].as_str();
    assert_eq!(fingerprint.map(str::len), Some(16), "{health}");
    assert_eq!(health["services"]["knowledge"]["documents"], 4);
    assert_eq!(health["services"]["knowledge"]["passages"], 5);
    assert_eq!(health["metrics"]["totalRequests"], 1);
    assert_eq!(health["metrics"]["averageResponseTime"], 30.0);
    assert!(health["metrics"]["lastRequestTime"].is_string());
}

#[tokio::test]
async fn the_sections_can_be_chosen() {
    let server = Server::of_company();
    let arguments = json!({"includeMetrics": false, "include_diagnostics": true});
    let health = server.call("get_system_health", arguments).await;
    assert_eq!(health.get("metrics"), None);
    assert_eq!(health["diagnostics"]["environment"], "test");
    assert_eq!(health["diagnostics"]["language"], "english");
    assert_eq!(health["diagnostics"]["notIndexed"], json!([]));
}

#[tokio::test]
async fn only_what_is_indexed_is_probed() {
    let server = Server::of(Records::default().knowledge());
    let health = server.call("get_system_health", json!({})).await;
    assert_eq!(health["status"], "healthy");
    assert_eq!(health["services"].get("tickets"), None);
}

#[tokio::test]
async fn a_deleted_corpus_turns_health_red() {
    let server = Server::of_company();
    std::fs::remove_dir_all(server.folder()).expect("deleted");
    let health = health(&server.context()).await;
    assert_ne!(health.status, Status::Healthy);
    let corpus = &health.services["corpus"];
    assert_eq!(corpus.status, Some(false));
    let error = corpus.error.as_deref().expect("an error");
    assert!(error.contains("gone or empty"), "{error}");
}

#[tokio::test]
async fn a_corrupted_corpus_turns_health_red() {
    let server = Server::of_company();
    std::fs::write(server.folder().join("meta.json"), b"{ not json").expect("written");
    let health = health(&server.context()).await;
    assert_ne!(health.status, Status::Healthy);
    let error = health.services["corpus"]
        .error
        .as_deref()
        .expect("an error");
    assert!(error.contains("damaged"), "{error}");
}

#[tokio::test]
async fn a_lost_segment_file_turns_health_red() {
    let server = Server::of_company();
    let files = std::fs::read_dir(server.folder()).expect("the folder");
    let store = files
        .map(|file| file.expect("an entry").path())
        .find(|path| {
            path.extension()
                .is_some_and(|extension| extension == "store")
        })
        .expect("a file of records");
    std::fs::remove_file(store).expect("deleted");
    let health = health(&server.context()).await;
    assert_eq!(health.services["corpus"].status, Some(false), "{health:?}");
}

#[tokio::test]
async fn a_server_without_a_corpus_says_what_to_do() {
    let server = Server::without_corpus();
    let health = health(&server.context()).await;
    assert_eq!(health.status, Status::Unhealthy);
    let error = health.services["corpus"]
        .error
        .as_deref()
        .expect("an error");
    assert!(error.contains("mesh index"), "{error}");
}

#[tokio::test]
async fn liveness_probes_nothing() {
    let server = Server::without_corpus();
    let health = health_without_probes(&server.context());
    assert_eq!(health.status, Status::Healthy);
    assert!(health.services.is_empty());
}
