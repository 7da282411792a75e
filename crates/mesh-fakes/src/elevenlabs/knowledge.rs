use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};

use super::Shared;
use super::body::Fields;
use super::error::ApiError;
use super::form::Form;
use super::state;

/// A document that agents can be given.
#[derive(Clone, Debug)]
pub(super) struct Document {
    id: String,
    pub(super) name: String,
}

/// `POST /v1/convai/knowledge-base/url`.
pub(super) async fn of_url(
    State(shared): State<Shared>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let fields = Fields::read(&body)?;
    let url = fields.required("url")?;
    if !url.starts_with("https://") {
        let message = format!("{url} cannot be fetched.");
        return Err(ApiError::named(400, "invalid_url", message));
    }
    Ok(shared
        .lock()
        .add_document(fields.text("name").unwrap_or(url)))
}

/// `POST /v1/convai/knowledge-base/text`.
pub(super) async fn of_text(
    State(shared): State<Shared>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let fields = Fields::read(&body)?;
    fields.required("text")?;
    Ok(shared
        .lock()
        .add_document(fields.text("name").unwrap_or("Text")))
}

/// `POST /v1/convai/knowledge-base/file`.
pub(super) async fn of_file(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let form = Form::read(&headers, &body).await?;
    let file = form.file("file")?;
    let name = form.text("name").or_else(|| file.file_name.clone());
    Ok(shared.lock().add_document(&name.unwrap_or_default()))
}

impl state::State {
    fn add_document(&mut self, name: &str) -> Json<Value> {
        let id = self.new_id("kb");
        self.documents.push(Document {
            id: id.clone(),
            name: name.to_owned(),
        });
        Json(json!({"id": id, "name": name, "folder_path": []}))
    }

    pub(super) fn document(&self, id: &str) -> Result<&Document, ApiError> {
        let document = self.documents.iter().find(|document| document.id == id);
        document.ok_or_else(|| {
            let message = format!("Document with id {id} not found.");
            ApiError::named(404, "document_not_found", message)
        })
    }
}
