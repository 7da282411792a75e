use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Shared;
use super::error::ApiError;
use super::state::{Attached, State as Fake};

#[derive(Deserialize)]
pub(super) struct Attach {
    files: Vec<Attachment>,
}

#[derive(Deserialize)]
struct Attachment {
    file_id: String,
    #[serde(default)]
    attributes: Map<String, Value>,
}

#[derive(Deserialize)]
pub(super) struct Page {
    #[serde(default = "twenty")]
    limit: usize,
    #[serde(default)]
    order: Order,
    after: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Order {
    Asc,
    #[default]
    Desc,
}

fn twenty() -> usize {
    20
}

/// The files are there at once; the batch says so when it is asked for.
pub(super) async fn attach(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Json(attach): Json<Attach>,
) -> Result<Json<Value>, ApiError> {
    let mut state = shared.lock();
    state.store(&id)?;
    if !(1..=2_000).contains(&attach.files.len()) {
        return Err(ApiError::bad_request("files", "1 to 2000"));
    }
    for file in &attach.files {
        if !state.files.contains_key(&file.file_id) {
            return Err(ApiError::not_found("file", &file.file_id));
        }
        if !file.takes() {
            return Err(ApiError::bad_request(
                "files[0].attributes",
                "too many, or too long",
            ));
        }
    }
    let batch = state.new_id("vsfb_");
    let files = attach
        .files
        .iter()
        .map(|file| file.file_id.clone())
        .collect();
    state.batches.insert(batch.clone(), files);
    let total = attach.files.len();
    let store = state.stores.entry(id.clone()).or_default();
    for file in attach.files {
        store.attach(&file.file_id, Value::Object(file.attributes));
    }
    let counts = json!({
        "in_progress": total, "completed": 0, "failed": 0, "cancelled": 0, "total": total,
    });
    Ok(Json(batch_object(&batch, &id, "in_progress", &counts)))
}

pub(super) async fn batch(
    State(shared): State<Shared>,
    Path((store, batch)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let state = shared.lock();
    state.store(&store)?;
    let files = state.batches.get(&batch);
    let files = files.ok_or_else(|| ApiError::not_found("file batch", &batch))?;
    let counts = state.file_counts(files.iter());
    let status = match counts["in_progress"] == 0 {
        true => "completed",
        false => "in_progress",
    };
    Ok(Json(batch_object(&batch, &store, status, &counts)))
}

pub(super) async fn list(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Query(page): Query<Page>,
) -> Result<Json<Value>, ApiError> {
    let state = shared.lock();
    if !(1..=100).contains(&page.limit) {
        return Err(ApiError::bad_request("limit", "1 to 100"));
    }
    let mut files: Vec<_> = state.store(&id)?.files.iter().collect();
    if matches!(page.order, Order::Desc) {
        files.reverse();
    }
    if let Some(after) = &page.after {
        let at = files.iter().position(|attached| attached.file == *after);
        let at = at.ok_or_else(|| ApiError::not_found("file", after))?;
        files.drain(..=at);
    }
    let has_more = files.len() > page.limit;
    files.truncate(page.limit);
    Ok(Json(json!({
        "object": "list",
        "data": files.iter().map(|file| file_object(&state, &id, file)).collect::<Vec<_>>(),
        "first_id": files.first().map(|attached| &attached.file),
        "last_id": files.last().map(|attached| &attached.file),
        "has_more": has_more,
    })))
}

impl Attachment {
    /// Whether the real one takes as many attributes.
    fn takes(&self) -> bool {
        let short = |value: &Value| match value {
            Value::String(text) => text.chars().count() <= 512,
            Value::Number(_) | Value::Bool(_) => true,
            _ => false,
        };
        self.attributes.len() <= 16 && self.attributes.values().all(short)
    }
}

fn file_object(state: &Fake, store: &str, attached: &Attached) -> Value {
    let status = state.status(&attached.file);
    let error = json!({"code": "invalid_file", "message": "The file is empty."});
    json!({
        "id": attached.file,
        "object": "vector_store.file",
        "created_at": 1_790_000_000,
        "vector_store_id": store,
        "usage_bytes": 0,
        "status": status,
        "last_error": (status == "failed").then_some(error),
        "attributes": attached.attributes,
    })
}

fn batch_object(id: &str, store: &str, status: &str, counts: &Value) -> Value {
    json!({
        "id": id,
        "object": "vector_store.files_batch",
        "created_at": 1_790_000_000,
        "vector_store_id": store,
        "status": status,
        "file_counts": counts,
    })
}
