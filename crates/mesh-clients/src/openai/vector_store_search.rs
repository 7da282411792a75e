use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::client::id;
use super::{OpenAi, OpenAiError};

/// Fifty results of the largest chunks, 4,096 tokens, take less than half of it.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

#[derive(Clone, Debug)]
pub struct StoreSearch {
    pub query: String,
    /// 1 to 50.
    pub max_results: u8,
    /// 0 to 1; results below it are left out.
    pub score_threshold: f32,
}

/// A chunk of a file in a store.
#[derive(Clone, Debug, PartialEq)]
pub struct StoreHit {
    pub file_id: String,
    pub filename: String,
    pub score: f32,
    pub text: String,
    /// What was attached to the file with it.
    pub attributes: Map<String, Value>,
}

#[derive(Serialize)]
struct Body<'a> {
    query: &'a str,
    rewrite_query: bool,
    max_num_results: u8,
    ranking_options: RankingOptions,
}

#[derive(Serialize)]
struct RankingOptions {
    ranker: &'static str,
    score_threshold: f32,
}

#[derive(Deserialize)]
struct Page {
    data: Vec<Found>,
}

#[derive(Deserialize)]
struct Found {
    file_id: String,
    filename: String,
    score: f32,
    attributes: Option<Map<String, Value>>,
    content: Vec<Part>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Part {
    Text { text: String },
}

impl OpenAi {
    /// `POST /vector_stores/{id}/search`: the best first.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn search_vector_store(
        &self,
        key: &Secret,
        store: &str,
        search: &StoreSearch,
        deadline: Deadline,
    ) -> Result<Vec<StoreHit>, OpenAiError> {
        let path = format!("/vector_stores/{}/search", id(store)?);
        let body = Body {
            query: &search.query,
            rewrite_query: false,
            max_num_results: search.max_results.clamp(1, 50),
            ranking_options: RankingOptions {
                ranker: "auto",
                score_threshold: search.score_threshold.clamp(0.0, 1.0),
            },
        };
        let request = self.post(key, &path, &body)?;
        let page: Page = self.ask(request, deadline, MAX_BYTES).await?;
        Ok(page.data.into_iter().map(StoreHit::from).collect())
    }
}

impl From<Found> for StoreHit {
    fn from(found: Found) -> Self {
        let parts: Vec<_> = found
            .content
            .into_iter()
            .map(|Part::Text { text }| text)
            .collect();
        Self {
            file_id: found.file_id,
            filename: found.filename,
            score: found.score,
            text: parts.join("\n"),
            attributes: found.attributes.unwrap_or_default(),
        }
    }
}
