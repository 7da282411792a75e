use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use mesh_fakes::openai::{FakeOpenAi, Operation};
use mesh_fakes::postgrest::{Answer, PostgRest};
use mesh_index::search::Query;
use mesh_index::{Corpus, Passage};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

pub(super) const STORE: &str = "vs_bench";

/// As long as a key has to be.
pub(super) const KEY: &str = "sk-bench-0123456789abcdef";

/// How many passages each of them gives.
const PASSAGES: usize = 10;

/// OpenAI and a database on loopback, on a thread of their own, with the passages that answer the question.
pub(super) struct Vendors {
    pub(super) openai: FakeOpenAi,
    pub(super) database: PostgRest,
    _runtime: Runtime,
}

impl Vendors {
    pub(super) fn start(corpus: &Path, question: &str) -> Result<Self> {
        let query = Query {
            text: question,
            limit: PASSAGES,
            threshold: 0.0,
        };
        let found = Corpus::open(corpus)?.search_knowledge(&query)?.hits;
        ensure!(!found.is_empty(), "the corpus has nothing on `{question}`");
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let (openai, database) =
            runtime.block_on(async { (FakeOpenAi::start().await, PostgRest::start().await) });
        openai.accept_key(KEY);
        openai.add_store(STORE);
        for hit in &found {
            let about = json!({"title": hit.item.title, "path": hit.item.path});
            openai.add_file(STORE, &hit.item.path, &hit.item.text, about);
        }
        let rows: Value = found.iter().map(|hit| row(&hit.item, hit.score)).collect();
        database.answer("rpc/match_aoma_vectors", [Answer::json(200, &rows)]);
        Ok(Self {
            openai,
            database,
            _runtime: runtime,
        })
    }

    /// From now on each source takes so long.
    pub(super) fn delay(&self, each: Duration) {
        self.openai.delay(Operation::Search, each);
        self.openai.delay(Operation::Embed, each / 2);
        self.database.delay(each / 2);
    }
}

fn row(passage: &Passage, similarity: f32) -> Value {
    json!({
        "id": passage.id, "content": passage.text, "created_at": null, "similarity": similarity,
        "metadata": {"title": passage.title, "path": passage.path}, "source_id": passage.path,
        "source_type": "knowledge",
    })
}
