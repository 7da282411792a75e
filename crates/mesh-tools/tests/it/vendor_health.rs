//! What health says of vendors: nothing good of those that are not there, and nothing bad of those that are not configured.

use std::sync::Arc;
use std::time::Instant;

use mesh_core::{Metrics, Parameter};
use mesh_fakes::openai::{Behaviour, FakeOpenAi, MODEL, Operation};
use mesh_fakes::postgrest::{Answer, PostgRest};
use mesh_tools::Vendors;
use mesh_tools::vendors::Models;
use serde_json::{Value, json};

use crate::support::{Records, Server};
use crate::vendors::{NO_VENDOR, STORE, Values, beside, key, key_and_store, models, openai};

async fn health(openai: &FakeOpenAi, values: &Values) -> Value {
    let server = Server::of(Records::default().knowledge());
    let server = beside(server, openai, values).await;
    server.call("get_system_health", json!({})).await
}

fn told(health: &Value, name: &str) -> (Value, Value) {
    let service = &health["services"][name];
    let words = service.get("error").or(service.get("note"));
    (
        service["status"].clone(),
        words.cloned().unwrap_or_default(),
    )
}

#[tokio::test]
async fn what_is_not_configured_is_null_with_words() {
    let server = Server::of_company();
    let health = server.call("get_system_health", json!({})).await;
    assert_eq!(health["status"], "healthy");
    let words = "not configured: without `openai-api-key`";
    assert_eq!(told(&health, "openai"), (Value::Null, words.into()));
    let words = "not configured: without `next-public-supabase-url`, `supabase-service-role-key`";
    assert_eq!(told(&health, "supabase"), (Value::Null, words.into()));
    assert_eq!(told(&health, "vectorStore").0, Value::Null);
}

#[tokio::test]
async fn all_three_are_asked_for_what_questions_need() {
    let openai = openai().await;
    openai.add_file(STORE, "a.md", "Masters are delivered.", json!({}));
    let database = PostgRest::start().await;
    database.answer("jira_tickets", vec![Answer::json(200, &json!([]))]);
    let values = key_and_store();
    values.set(Parameter::SupabaseUrl, database.url());
    values.set(
        Parameter::SupabaseServiceRoleKey,
        "sb_secret_0123456789abcdef",
    );
    let health = health(&openai, &values).await;
    for name in ["openai", "supabase", "vectorStore"] {
        assert_eq!(
            told(&health, name),
            (json!(true), Value::Null),
            "{name}: {health}"
        );
    }
    assert_eq!(health["status"], "healthy");
}

#[tokio::test]
async fn rows_embedded_with_another_model_are_told() {
    let (openai, database) = (openai().await, PostgRest::start().await);
    database.table("jira_tickets", &["external_id"]);
    let put = |key: &str, model: Value| {
        let row = json!({"external_id": key, "embedding_model": model});
        database.put("jira_tickets", row.as_object().expect("a row").clone());
    };
    let values = key();
    values.set(Parameter::SupabaseUrl, database.url());
    values.set(
        Parameter::SupabaseServiceRoleKey,
        "sb_secret_0123456789abcdef",
    );
    let ask = async |dimensions| {
        let models = Models {
            dimensions,
            ..models()
        };
        let vendors = Vendors::new(&openai.base(), NO_VENDOR, models).expect("an address");
        let server = Server::of_company().beside(values.read().await, vendors);
        told(
            &server.call("get_system_health", json!({})).await,
            "supabase",
        )
    };
    put("SHOP-1", Value::Null);
    assert_eq!(ask(None).await, (json!(true), Value::Null));
    put("SHOP-2", "text-embedding-3-small".into());
    assert_eq!(ask(None).await, (json!(true), Value::Null));
    let words = "the rows have vectors of `text-embedding-3-small`, which compare to nothing of \
                 `text-embedding-3-small/512`, the model of questions: set `MESH_EMBEDDING_MODEL` and \
                 `MESH_EMBEDDING_DIMENSIONS` to that of the rows, or run `mesh sync`";
    assert_eq!(ask(Some(512)).await, (json!(false), words.into()));
}

#[tokio::test]
async fn an_empty_store_a_refused_key_and_an_assistant_are_told() {
    let openai = openai().await;
    let empty = health(&openai, &key_and_store()).await;
    let words = "the vector store has no file that can be searched; run `mesh sync`";
    assert_eq!(told(&empty, "vectorStore"), (json!(false), words.into()));
    assert_eq!(empty["status"], "degraded");

    let assistant = key();
    assistant.set(Parameter::AomaAssistantId, "asst_0123456789");
    let (status, words) = told(&health(&openai, &assistant).await, "vectorStore");
    assert_eq!(status, Value::Null);
    assert!(
        words
            .as_str()
            .expect("words")
            .contains("set `openai-vector-store-id`"),
        "{words}"
    );

    openai.accept_key("another");
    let (status, words) = told(&health(&openai, &key()).await, "openai");
    assert_eq!(status, false);
    assert!(
        words.as_str().expect("words").contains("`OPENAI_API_KEY`"),
        "{words}"
    );
}

#[tokio::test]
async fn a_model_about_to_end_is_told_and_is_wrong_where_no_other_stays() {
    let openai = openai().await;
    openai.add_model("gpt-old", Some("2026-01-01"));
    let ask = async |answers: &[&str]| {
        let models = Models {
            answers: answers.iter().map(|&one| one.to_owned()).collect(),
            ..models()
        };
        let vendors = Vendors::new(&openai.base(), NO_VENDOR, models).expect("an address");
        let server = Server::of_company().beside(key().read().await, vendors);
        told(&server.call("get_system_health", json!({})).await, "openai")
    };
    let ends = "`gpt-old` ends on 2026-01-01";
    assert_eq!(ask(&["gpt-old", MODEL]).await, (json!(true), ends.into()));
    let wrong =
        format!("{ends}; there is no model `gpt-none`: name another model in `MESH_OPENAI_MODELS`");
    assert_eq!(
        ask(&["gpt-old", "gpt-none"]).await,
        (json!(false), wrong.into())
    );
}

#[tokio::test]
async fn a_vendor_that_goes_on_failing_is_named_without_being_asked() {
    let openai = openai().await;
    for _ in 0..10 {
        openai.next(Operation::Model, Behaviour::Status(500));
    }
    let mut server = beside(Server::of_company(), &openai, &key()).await;
    server.services.metrics = Arc::new(Metrics::recording(Instant::now()));
    for _ in 0..5 {
        server.call("get_system_health", json!({})).await;
    }
    let before = openai.requests().len();
    let health = server.call("get_system_health", json!({})).await;
    let (status, words) = told(&health, "openai");
    assert_eq!(status, false);
    assert!(
        words.as_str().expect("words").contains("is not asked for"),
        "{words}"
    );
    assert_eq!(openai.requests().len(), before);
    let measured = server.services.metrics.drain(None);
    let failures = measured
        .iter()
        .find(|datum| datum.metric.name == "BackendFailures");
    let failures = failures.expect("counted");
    assert_eq!(failures.label.as_deref(), Some("openai"));
    let counted: f64 = failures
        .samples
        .iter()
        .map(|one| one.value * one.count as f64)
        .sum();
    assert_eq!(counted, 6.0, "the one that was not asked, too");
}

#[tokio::test]
async fn vendors_without_a_corpus_are_healthy_and_told_of() {
    let openai = openai().await;
    openai.add_file(STORE, "a.md", "Masters are delivered.", json!({}));
    let database = PostgRest::start().await;
    database.answer("jira_tickets", vec![Answer::json(200, &json!([]))]);
    let values = key_and_store();
    let ask = async |values: &Values| {
        let server = beside(Server::without_corpus(), &openai, values).await;
        let health = server.call("get_system_health", json!({})).await;
        let capabilities = server.call("get_server_capabilities", json!({})).await;
        (health, capabilities["features"].clone())
    };
    let (health, features) = ask(&values).await;
    let words = "no corpus is configured: searches are made in the vector store";
    assert_eq!(told(&health, "corpus"), (Value::Null, words.into()));
    assert_eq!(health["services"]["vectorStore"]["status"], true);
    assert_eq!(
        features,
        json!(["answers quoted from documents, with citations", words])
    );

    values.set(Parameter::SupabaseUrl, database.url());
    values.set(
        Parameter::SupabaseServiceRoleKey,
        "sb_secret_0123456789abcdef",
    );
    let (health, features) = ask(&values).await;
    assert_eq!(health["status"], "healthy", "{health}");
    let words = "no corpus is configured: searches are made in the database and the vector store";
    assert_eq!(told(&health, "corpus"), (Value::Null, words.into()));
    assert_eq!(features.as_array().map(Vec::len), Some(6), "{features}");
}
