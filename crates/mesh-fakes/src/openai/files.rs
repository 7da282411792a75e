use std::convert::Infallible;

use axum::Json;
use axum::extract::{Path, State};
use bytes::Bytes;
use futures::stream;
use http::{HeaderMap, header};
use multer::Multipart;
use serde_json::{Value, json};

use super::Shared;
use super::error::ApiError;

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
