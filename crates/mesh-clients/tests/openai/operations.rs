use mesh_clients::openai::{ModelInfo, OpenAiError, VectorStore};
use mesh_fakes::openai::{EMBEDDING_MODEL, KEY, MODEL, embed};
use serde_json::json;

use super::{STORE, World, soon};

#[tokio::test]
async fn a_search_gives_the_nearest_chunks_with_what_is_attached_to_their_files() {
    let world = World::new().await;
    let hits = world.search("re-submit a rejected master", soon()).await;
    let hits = hits.expect("answered");
    assert_eq!(hits.len(), 1, "{hits:?}");
    assert_eq!(hits[0].filename, "masters.md");
    assert!(hits[0].text.starts_with("Open the asset"), "{hits:?}");
    assert!(hits[0].score > 0.5, "{hits:?}");
    assert_eq!(hits[0].attributes["product"], "aoma");
    let sent = &world.fake.requests()[0];
    assert_eq!(sent.path, "/v1/vector_stores/vs_kb/search");
    assert_eq!(sent.headers["authorization"], format!("Bearer {KEY}"));
    let body = json!({
        "query": "re-submit a rejected master", "rewrite_query": false, "max_num_results": 10,
        "ranking_options": {"ranker": "auto", "score_threshold": 0.1},
    });
    assert_eq!(sent.json(), body);
}

#[tokio::test]
async fn a_store_tells_how_many_of_its_files_can_be_searched() {
    let world = World::new().await;
    let store = world.client.vector_store(&world.key, STORE, soon()).await;
    let expected = VectorStore {
        id: STORE.to_owned(),
        name: None,
        status: "completed".to_owned(),
        files_completed: 2,
        files_total: 2,
    };
    assert_eq!(store.expect("answered"), expected);
}

#[tokio::test]
async fn a_store_that_is_not_there_is_not_found() {
    let world = World::new().await;
    let store = world.client.vector_store(&world.key, "vs_no", soon()).await;
    assert!(matches!(store, Err(OpenAiError::NotFound)), "{store:?}");
    let nowhere = world.client.vector_store(&world.key, "..", soon()).await;
    assert!(
        matches!(nowhere, Err(OpenAiError::BadRequest(_))),
        "{nowhere:?}"
    );
    assert_eq!(world.fake.requests().len(), 1);
}

#[tokio::test]
async fn texts_become_vectors_in_their_order() {
    let world = World::new().await;
    let texts = ["one text".to_owned(), "another".to_owned()];
    let (client, key) = (&world.client, &world.key);
    let embedded = client
        .embed(key, EMBEDDING_MODEL, Some(64), &texts, soon())
        .await;
    let embedded = embedded.expect("answered");
    assert_eq!(
        embedded.vectors,
        texts.each_ref().map(|text| embed(text, 64))
    );
    assert_eq!(embedded.tokens, 3);
    let whole = client
        .embed(key, EMBEDDING_MODEL, None, &texts[..1], soon())
        .await;
    assert_eq!(whole.expect("answered").vectors[0].len(), 1_536);
    assert_eq!(world.fake.requests()[1].json().get("dimensions"), None);
}

#[tokio::test]
async fn a_model_tells_the_day_it_is_shut_down() {
    let world = World::new().await;
    world.fake.add_model("gpt-old", Some("2026-12-11"));
    let model = async |id| world.client.model(&world.key, id, soon()).await;
    let info = |id: &str, shutdown_date: Option<&str>| ModelInfo {
        id: id.to_owned(),
        shutdown_date: shutdown_date.map(ToOwned::to_owned),
    };
    assert_eq!(
        model("gpt-old").await.expect("is there"),
        info("gpt-old", Some("2026-12-11"))
    );
    assert_eq!(model(MODEL).await.expect("is there"), info(MODEL, None));
    let gone = model("gpt-gone").await;
    assert!(matches!(gone, Err(OpenAiError::NoSuchModel)), "{gone:?}");
}
