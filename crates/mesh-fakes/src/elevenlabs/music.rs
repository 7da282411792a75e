use std::collections::HashMap;

use axum::Json;
use axum::extract::{Query, State};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::audio::Format;
use super::body::Fields;
use super::error::ApiError;
use super::form::Form;
use super::state;
use super::{Shared, credits};

/// Credits for a second.
const A_SECOND: f64 = 25.0;

/// What is made where no length is given.
const LENGTH_MS: f64 = 10_000.0;

const MODELS: [&str; 3] = ["music_v1", "music_v2", "music_v2_5"];

/// `POST /v1/music`: of a prompt or a plan.
pub(super) async fn compose(
    State(shared): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let fields = Fields::read(&body)?;
    // As its reference says of `auto`.
    let unsaid = match fields.text("model_id") {
        None | Some("music_v1") => "mp3_44100_128",
        Some(_) => "mp3_48000_192",
    };
    let said = query.get("output_format").map(String::as_str);
    let format = Format::parse(said.or(Some(unsaid)))?;
    let plan = fields.value("composition_plan");
    if plan.is_null() == fields.text("prompt").is_none() {
        let message = "Provide exactly one of prompt and composition_plan.";
        return Err(ApiError::parameter("prompt", message));
    }
    is_model(fields.text("model_id"))?;
    let length_ms = fields.number("music_length_ms", 3_000.0, 600_000.0)?;
    let planned_ms: f64 = plan["chunks"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|chunk| chunk["duration_ms"].as_f64())
        .sum();
    let seconds = length_ms.unwrap_or(if planned_ms > 0.0 {
        planned_ms
    } else {
        LENGTH_MS
    }) / 1_000.0;
    let mut state = shared.lock();
    for chunk in plan["chunks"].as_array().into_iter().flatten() {
        state.has_song(&chunk["song_id"])?;
    }
    let cost = state.spend((seconds * A_SECOND).ceil() as u64)?;
    let sound = format.render(seconds, &String::from_utf8_lossy(&body));
    let mut answer = credits::sound(format, sound, cost);
    if fields.flag("store_for_inpainting") {
        let id = HeaderValue::from_str(&state.keep_song()).expect("an id is plain");
        answer.headers_mut().insert("song-id", id);
    }
    Ok(answer)
}

/// `POST /v1/music/plan`: it costs nothing.
pub(super) async fn plan(body: Bytes) -> Result<Json<Value>, ApiError> {
    let fields = Fields::read(&body)?;
    let prompt = fields.required("prompt")?;
    let length_ms = fields.number("music_length_ms", 3_000.0, 600_000.0)?;
    let length_ms = length_ms.unwrap_or(LENGTH_MS) as u64;
    let model = fields.text("model_id").unwrap_or(MODELS[0]);
    is_model(Some(model))?;
    Ok(Json(planned(model, prompt, length_ms)))
}

/// `POST /v1/music/video-to-music`.
pub(super) async fn of_videos(
    State(shared): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let format = Format::parse(query.get("output_format").map(String::as_str))?;
    let form = Form::read(&headers, &body).await?;
    let videos = form.files("videos");
    if !(1..=10).contains(&videos.len()) {
        return Err(ApiError::parameter("videos", "1 to 10 videos"));
    }
    if form.texts("tags").len() > 10 {
        return Err(ApiError::parameter("tags", "10 tags at most"));
    }
    is_model(form.text("model_id").as_deref())?;
    let seconds = 2.0 * videos.len() as f64;
    let cost = shared.lock().spend((seconds * A_SECOND).ceil() as u64)?;
    let seed = format!("{:?}\n{:?}", form.text("description"), form.texts("tags"));
    Ok(credits::sound(format, format.render(seconds, &seed), cost))
}

/// `POST /v1/music/upload`.
pub(super) async fn upload(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let form = Form::read(&headers, &body).await?;
    form.file("file")?;
    let model = form.text("extract_composition_plan");
    is_model(model.as_deref())?;
    let plan = model.map(|model| planned(&model, "As it was heard.", LENGTH_MS as u64));
    let id = shared.lock().keep_song();
    Ok(Json(json!({"song_id": id, "composition_plan": plan})))
}

impl state::State {
    fn keep_song(&mut self) -> String {
        let id = self.new_id("song");
        self.songs.insert(id.clone());
        id
    }

    fn has_song(&self, id: &Value) -> Result<(), ApiError> {
        match id.as_str() {
            Some(id) if !self.songs.contains(id) => {
                let message = format!("Song {id} not found.");
                Err(ApiError::named(404, "song_not_found", message))
            }
            _ => Ok(()),
        }
    }
}

fn is_model(model: Option<&str>) -> Result<(), ApiError> {
    match model {
        Some(model) if !MODELS.contains(&model) => {
            let message = format!("{model} is no model of music.");
            Err(ApiError::parameter("model_id", message))
        }
        _ => Ok(()),
    }
}

/// In the shape of its model.
fn planned(model: &str, prompt: &str, length_ms: u64) -> Value {
    match model {
        "music_v1" => json!({
            "positive_global_styles": [prompt], "negative_global_styles": [],
            "sections": [{
                "section_name": "Whole", "positive_local_styles": [], "negative_local_styles": [],
                "duration_ms": length_ms, "lines": [],
            }],
        }),
        _ => json!({"chunks": [{
            "text": prompt, "duration_ms": length_ms, "positive_styles": [], "negative_styles": [],
            "context_adherence": "medium",
        }]}),
    }
}
