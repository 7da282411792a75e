//! What a server says that has more to do than it can: a refusal that every client survives, at once, with a time to retry.

use mesh_app::config::{Config, Variables};
use mesh_app::{App, Provisions};
use mesh_tools::admission::Admission;
use mesh_tools::registry::CATALOG;
use serde_json::json;

use crate::support::{Corpus, TestApp};

const BUSY: &str = "the server has more to do than it can; try again in 1 s";

/// A server whose blocking threads never have a slot.
async fn overloaded(corpus: &Corpus) -> TestApp {
    let path = corpus.path().to_str().expect("UTF-8");
    let config = Config::read(&Variables::new([("MESH_CORPUS", path)])).expect("sound settings");
    let provisions = Provisions {
        admission: Admission::with_slots(0),
        ..Provisions::of(&config).expect("opens")
    };
    TestApp::of(App::with(config, CATALOG, provisions).expect("builds"))
}

#[tokio::test]
async fn a_call_is_refused_in_a_result() {
    let corpus = Corpus::of("Uploads are limited to four megabytes.");
    let app = overloaded(&corpus).await;
    let question = json!({"query": "uploads"});
    for request in [
        app.call("query_aoma_knowledge", question.clone()),
        app.modern(
            "tools/call",
            json!({"name": "query_aoma_knowledge", "arguments": question}),
        ),
    ] {
        let (failed, text) = request.without("accept").send().await.told();
        assert_eq!((failed, text.as_str()), (true, BUSY));
    }
}

#[tokio::test]
async fn the_plain_route_answers_503_and_says_when_to_come_back() {
    let corpus = Corpus::of("Uploads are limited to four megabytes.");
    let app = overloaded(&corpus).await;
    let body = json!({"query": "uploads"}).to_string();
    let answer = app.post("/tools/query_aoma_knowledge", body).send().await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "1"));
    assert_eq!(answer.json()["message"], BUSY);
}

#[tokio::test]
async fn a_resource_is_refused_with_the_time_to_retry() {
    let corpus = Corpus::of("Uploads are limited to four megabytes.");
    let app = overloaded(&corpus).await;
    let uri = "aoma://doc/docs%2Fguide.md";
    let request = app.legacy("resources/read", json!({"uri": uri}));
    let answer = request.without("accept").send().await;
    assert_eq!(answer.fault(), (200, -32603));
    let error = &answer.json()["error"];
    assert_eq!(error["message"], BUSY);
    assert_eq!(error["data"], json!({"uri": uri, "retryAfterSeconds": 1}));
}

#[tokio::test]
async fn what_needs_no_corpus_is_answered_all_the_same() {
    let corpus = Corpus::of("Uploads are limited to four megabytes.");
    let app = overloaded(&corpus).await;
    assert_eq!(app.get("/health?live").send().await.status, 200);
    let (failed, _) = app
        .call("get_server_capabilities", json!({}))
        .without("accept")
        .send()
        .await
        .told();
    assert!(!failed);
}
