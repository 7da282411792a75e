use std::collections::HashMap;

use axum::body::{Body, to_bytes};
use axum::extract::{Query, State};
use axum::response::Response;
use bytes::{BufMut as _, Bytes, BytesMut};
use http::{HeaderValue, header};
use serde_json::json;

use super::error::ApiError;
use super::{Shared, music};

/// `POST /v1/music/detailed`: what `/v1/music` gives, as the second part after one that describes it.
pub(super) async fn compose(
    shared: State<Shared>,
    query: Query<HashMap<String, String>>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let (mut head, sound) = music::compose(shared, query, body).await?.into_parts();
    let sound = to_bytes(sound, usize::MAX).await.unwrap_or_default();
    let kind = head.headers[header::CONTENT_TYPE].to_str().unwrap_or("");
    let about = json!({
        "composition_plan": null,
        "song_metadata": {
            "title": "A song", "description": "", "genres": [], "languages": [], "is_explicit": false,
        },
    });
    let start = format!(
        "--fake-part\r\nContent-Type: application/json\r\n\r\n{about}\r\n\
         --fake-part\r\nContent-Type: {kind}\r\nContent-Disposition: attachment; filename=\"song.mp3\"\r\n\r\n"
    );
    let mut whole = BytesMut::from(start.as_bytes());
    whole.put_slice(&sound);
    whole.put_slice(b"\r\n--fake-part--\r\n");
    let mixed = HeaderValue::from_static("multipart/mixed; boundary=fake-part");
    head.headers.insert(header::CONTENT_TYPE, mixed);
    head.headers.remove(header::CONTENT_LENGTH);
    Ok(Response::from_parts(head, Body::from(whole.freeze())))
}
