use std::collections::BTreeMap;

use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Deserializer, Serialize};

use super::client::id;
use super::{ElevenLabs, ElevenLabsError};

/// One with all its samples and settings takes some 10 kB.
pub(super) const MAX_BYTES: u64 = 1024 * 1024;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Voice {
    pub voice_id: String,
    #[serde(default, deserialize_with = "or_empty")]
    pub name: String,
    /// `generated`, `cloned`, `premade`, `professional`, `famous` or `high_quality`.
    pub category: Option<String>,
    pub description: Option<String>,
    /// Such as `accent` and `age`.
    #[serde(default, deserialize_with = "with_values")]
    pub labels: BTreeMap<String, String>,
    /// Nothing, where it is no voice that is trained.
    pub fine_tuning: Option<FineTuning>,
    pub preview_url: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct FineTuning {
    pub is_allowed_to_fine_tune: Option<bool>,
    /// For each model `not_started`, `queued`, `fine_tuning`, `fine_tuned`, `failed` or `delayed`.
    #[serde(default, deserialize_with = "with_values")]
    pub state: BTreeMap<String, String>,
}

impl ElevenLabs {
    /// `GET /v1/voices/{id}`.
    ///
    /// # Errors
    /// `VoiceNotFound`, and what any operation may meet.
    pub async fn voice(
        &self,
        key: &Secret,
        id: &str,
        deadline: Deadline,
    ) -> Result<Voice, ElevenLabsError> {
        let path = format!("/v1/voices/{}", self::id(id)?);
        match self.read(key, &path, deadline, MAX_BYTES).await {
            Err(ElevenLabsError::NotFound) => Err(ElevenLabsError::VoiceNotFound),
            answer => answer,
        }
    }
}

/// Null is the empty text.
fn or_empty<'de, D: Deserializer<'de>>(text: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(text)?.unwrap_or_default())
}

/// Null is the empty map, and a name without a value is left out.
fn with_values<'de, D: Deserializer<'de>>(map: D) -> Result<BTreeMap<String, String>, D::Error> {
    let map: Option<BTreeMap<String, Option<String>>> = Option::deserialize(map)?;
    let map = map.unwrap_or_default().into_iter();
    Ok(map
        .filter_map(|(name, value)| Some((name, value?)))
        .collect())
}
