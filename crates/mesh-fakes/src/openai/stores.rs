use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use super::embeddings::similarity;
use super::error::ApiError;

#[derive(Deserialize)]
pub(super) struct Search {
    query: String,
    #[serde(default = "ten")]
    max_num_results: usize,
    #[serde(default)]
    ranking_options: RankingOptions,
}

#[derive(Default, Deserialize)]
struct RankingOptions {
    #[serde(default)]
    score_threshold: f32,
}

fn ten() -> usize {
    10
}

pub(super) async fn retrieve(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let state = shared.lock();
    Ok(Json(state.store_object(&id)?))
}

pub(super) async fn search(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Json(search): Json<Search>,
) -> Result<Json<Value>, ApiError> {
    let state = shared.lock();
    let store = state.store(&id)?;
    if !(1..=50).contains(&search.max_num_results) {
        return Err(ApiError::bad_request("max_num_results", "1 to 50"));
    }
    let threshold = search.ranking_options.score_threshold;
    if !(0.0..=1.0).contains(&threshold) {
        return Err(ApiError::bad_request(
            "ranking_options.score_threshold",
            "0 to 1",
        ));
    }
    let mut found = Vec::new();
    for attached in &store.files {
        let file = &state.files[&attached.file];
        if state.status(&attached.file) != "completed" {
            continue;
        }
        for chunk in &file.chunks {
            let score = similarity(&search.query, chunk);
            if score > 0.0 && score >= threshold {
                let result = json!({
                    "file_id": attached.file,
                    "filename": file.filename,
                    "score": score,
                    "attributes": attached.attributes,
                    "content": [{"type": "text", "text": chunk}],
                });
                found.push((score, result));
            }
        }
    }
    found.sort_by(|one, other| other.0.total_cmp(&one.0));
    let has_more = found.len() > search.max_num_results;
    found.truncate(search.max_num_results);
    let found: Vec<_> = found.into_iter().map(|(_, result)| result).collect();
    Ok(Json(json!({
        "object": "vector_store.search_results.page",
        "search_query": [search.query],
        "data": found,
        "has_more": has_more,
        "next_page": null,
    })))
}
