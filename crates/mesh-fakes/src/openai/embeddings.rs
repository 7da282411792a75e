use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use super::error::ApiError;

const DIMENSIONS: u32 = 1_536;

#[derive(Deserialize)]
pub(super) struct Asked {
    model: String,
    input: Vec<String>,
    dimensions: Option<u32>,
}

pub(super) async fn create(
    State(shared): State<Shared>,
    Json(asked): Json<Asked>,
) -> Result<Json<Value>, ApiError> {
    if !shared.lock().has_model(&asked.model) {
        return Err(ApiError::no_such_model(&asked.model));
    }
    if asked.input.is_empty() || asked.input.len() > 2_048 || asked.input.contains(&String::new()) {
        return Err(ApiError::bad_request("input", "'input' is invalid"));
    }
    let dimensions = asked.dimensions.unwrap_or(DIMENSIONS);
    let vectors = asked.input.iter().enumerate().map(|(index, text)| {
        json!({"object": "embedding", "index": index, "embedding": embed(text, dimensions)})
    });
    let tokens: usize = asked.input.iter().map(|text| words(text).count()).sum();
    Ok(Json(json!({
        "object": "list",
        "data": vectors.collect::<Vec<_>>(),
        "model": asked.model,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    })))
}

/// How often each word occurs in a text, hashed into so many dimensions and of unit length: texts that share words are near.
///
/// # Panics
/// Where there are no dimensions.
#[must_use]
pub fn embed(text: &str, dimensions: u32) -> Vec<f32> {
    let mut vector = vec![0.0_f32; dimensions as usize];
    for word in words(text) {
        vector[(hash(&word) % u64::from(dimensions)) as usize] += 1.0;
    }
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length == 0.0 {
        // No vector of the real ones is without a direction.
        vector[0] = 1.0;
        return vector;
    }
    vector.iter().map(|value| value / length).collect()
}

/// How near two texts are: 0 to 1.
pub(super) fn similarity(one: &str, other: &str) -> f32 {
    let (one, other) = (embed(one, DIMENSIONS), embed(other, DIMENSIONS));
    one.iter().zip(&other).map(|(one, other)| one * other).sum()
}

pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// FNV-1a: the same on every machine.
fn hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_share_words_are_near() {
        let near = similarity("Re-submit a rejected master", "the rejected master");
        let far = similarity("Re-submit a rejected master", "invoices of last year");
        assert!(near > 0.5 && far < 0.1, "{near} {far}");
        assert!((similarity("SSO login", "sso LOGIN") - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_vector_has_the_dimensions_asked_for_and_unit_length() {
        for text in ["a few words", "…"] {
            let vector = embed(text, 64);
            let length: f32 = vector.iter().map(|value| value * value).sum();
            assert_eq!(vector.len(), 64);
            assert!((length - 1.0).abs() < 1e-6, "{length}");
        }
    }
}
