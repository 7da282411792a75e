//! What each operation gives, and what becomes of each fault, against a server that answers as OpenAI is documented to.

mod faults;
mod files;
mod operations;
mod responses;

use std::time::{Duration, Instant};

use mesh_clients::openai::{
    ModelResponse, OpenAi, OpenAiError, ResponseRequest, StoreHit, StoreSearch,
};
use mesh_core::{Deadline, Secret};
use mesh_fakes::openai::{FakeOpenAi, KEY, MODEL};
use mesh_http::{HttpClient, Roots};
use serde_json::json;

const STORE: &str = "vs_kb";

/// A fake with a store of two files, and a client of it.
struct World {
    fake: FakeOpenAi,
    client: OpenAi,
    key: Secret,
}

impl World {
    async fn new() -> Self {
        let fake = FakeOpenAi::start().await;
        fake.add_store(STORE);
        let masters = "Open the asset and choose Re-submit: a rejected master is checked again.";
        fake.add_file(STORE, "masters.md", masters, json!({"product": "aoma"}));
        fake.add_file(STORE, "login.md", "Sign in with SSO.", json!({}));
        let http = HttpClient::new(Roots::compiled_in());
        let client = OpenAi::new(http, &fake.base()).expect("an address of this machine");
        Self {
            fake,
            client,
            key: Secret::new(KEY),
        }
    }

    async fn respond(&self, within: Deadline) -> Result<ModelResponse, OpenAiError> {
        let question = question();
        self.client
            .respond(&self.key, &question, within, &mut |_| {})
            .await
    }

    async fn search(&self, query: &str, within: Deadline) -> Result<Vec<StoreHit>, OpenAiError> {
        let search = StoreSearch {
            query: query.to_owned(),
            max_results: 10,
            score_threshold: 0.1,
        };
        self.client
            .search_vector_store(&self.key, STORE, &search, within)
            .await
    }
}

fn question() -> ResponseRequest {
    ResponseRequest {
        model: MODEL.to_owned(),
        instructions: "Answer from the passages alone.".to_owned(),
        input: "Passages:\n[1] Masters are checked twice.\n\nQuestion: how often?".to_owned(),
        effort: Some("low".to_owned()),
        verbosity: None,
        max_output_tokens: 500,
    }
}

fn millis(millis: u64) -> Deadline {
    Deadline::after(Instant::now(), Duration::from_millis(millis))
}

fn soon() -> Deadline {
    millis(5_000)
}
