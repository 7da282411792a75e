use std::time::{Duration, Instant};

use mesh_clients::supabase::{SemanticSearch, Supabase};
use mesh_core::{Deadline, Secret};
use mesh_fakes::postgrest::{Answer, PostgRest};
use mesh_http::{HttpClient, Roots};
use serde_json::Value;

pub(crate) const PRESENT_KEY: &str = "sb_secret_EXAMPLE";

/// A database of its own for a test, and the client of it.
pub(crate) struct Database {
    pub(crate) fake: PostgRest,
    pub(crate) client: Supabase,
}

impl Database {
    pub(crate) async fn start() -> Self {
        let fake = PostgRest::start().await;
        let client = client(fake.url());
        Self { fake, client }
    }

    pub(crate) async fn answering(below: &str, rows: &Value) -> Self {
        let database = Self::start().await;
        database.fake.answer(below, [Answer::json(200, rows)]);
        database
    }

    /// What the one request that has come sent.
    pub(crate) fn sent(&self) -> Value {
        let requests = self.fake.requests();
        assert_eq!(requests.len(), 1);
        assert_eq!(requests[0].method, "POST");
        requests[0].json()
    }
}

pub(crate) fn client(url: &str) -> Supabase {
    Supabase::new(HttpClient::new(Roots::compiled_in()), url).expect("an address")
}

pub(crate) fn key() -> Secret {
    Secret::new(PRESENT_KEY)
}

pub(crate) fn soon() -> Deadline {
    within(10_000)
}

pub(crate) fn within(millis: u64) -> Deadline {
    Deadline::after(Instant::now(), Duration::from_millis(millis))
}

pub(crate) fn search<F>(text: Option<&str>, filters: F) -> SemanticSearch<'_, F> {
    SemanticSearch {
        embedding: Some(&[0.5, -0.25, 1.0]),
        text,
        threshold: 0.3,
        max_results: 15,
        filters,
    }
}
