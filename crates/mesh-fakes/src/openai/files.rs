use std::convert::Infallible;

use axum::Json;
use axum::extract::{Path, Query, State};
use bytes::Bytes;
use futures::stream;
use http::{HeaderMap, header};
use multer::Multipart;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use super::error::ApiError;
use super::state::File;

pub(super) async fn create(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let form = form(&headers, body).await;
    let form = form.map_err(|error| ApiError::bad_request("file", error.to_string()))?;
    if form.purpose != "assistants" {
        return Err(ApiError::bad_request(
            "purpose",
            "'purpose' is not for stores",
        ));
    }
    let id = shared.lock().add_file(&form.filename, &form.text);
    Ok(Json(json!({
        "id": id,
        "object": "file",
        "bytes": form.text.len(),
        "created_at": 1_790_000_000,
        "filename": form.filename,
        "purpose": form.purpose,
        "status": "processed",
    })))
}

/// The oldest first, as their ids are.
pub(super) async fn list(
    State(shared): State<Shared>,
    Query(page): Query<Page>,
) -> Result<Json<Value>, ApiError> {
    if page.purpose != "assistants" || page.order != "asc" {
        return Err(ApiError::bad_request("purpose", "not faked"));
    }
    let state = shared.lock();
    let after = page.after.unwrap_or_default();
    let mut files: Vec<_> = state.files.iter().filter(|(id, _)| **id > after).collect();
    files.sort_unstable_by_key(|(id, _)| *id);
    let has_more = files.len() > page.limit;
    files.truncate(page.limit);
    let object = |(id, file): (&String, &File)| {
        json!({
            "id": id, "object": "file", "bytes": 0, "created_at": file.created_at, "filename": file.filename,
            "purpose": "assistants", "status": "processed",
        })
    };
    let data: Vec<_> = files.into_iter().map(object).collect();
    Ok(Json(
        json!({"object": "list", "data": data, "has_more": has_more}),
    ))
}

pub(super) async fn delete(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let mut state = shared.lock();
    let file = state.files.remove(&id);
    file.ok_or_else(|| ApiError::not_found("file", &id))?;
    for store in state.stores.values_mut() {
        store.files.retain(|attached| attached.file != id);
    }
    for batch in state.batches.values_mut() {
        batch.retain(|file| *file != id);
    }
    Ok(Json(json!({"id": id, "object": "file", "deleted": true})))
}

#[derive(Deserialize)]
pub(super) struct Page {
    purpose: String,
    order: String,
    limit: usize,
    after: Option<String>,
}

#[derive(Default)]
struct Form {
    purpose: String,
    filename: String,
    text: String,
}

async fn form(headers: &HeaderMap, body: Bytes) -> Result<Form, multer::Error> {
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let boundary = multer::parse_boundary(content_type)?;
    let body = stream::once(async { Ok::<_, Infallible>(body) });
    let mut parts = Multipart::new(body, boundary);
    let mut form = Form::default();
    while let Some(part) = parts.next_field().await? {
        match part.name() {
            Some("purpose") => form.purpose = part.text().await?,
            Some("file") => {
                part.file_name()
                    .unwrap_or("")
                    .clone_into(&mut form.filename);
                form.text = part.text().await?;
            }
            _ => {}
        }
    }
    Ok(form)
}
