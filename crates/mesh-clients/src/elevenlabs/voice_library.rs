use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};

use super::client::with_query;
use super::{ElevenLabs, ElevenLabsError, voice};

const MAX_BYTES: u64 = 16 * voice::MAX_BYTES;

#[derive(Clone, Debug, Default)]
pub struct LibraryQuery {
    /// From 0 on.
    pub page: u32,
    /// 1 to 100.
    pub page_size: u32,
    pub search: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct LibraryPage {
    pub voices: Vec<LibraryVoice>,
    pub has_more: bool,
}

/// A voice that others share.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct LibraryVoice {
    pub public_owner_id: Option<String>,
    pub voice_id: String,
    pub name: String,
    pub category: Option<String>,
    pub gender: Option<String>,
    pub age: Option<String>,
    pub accent: Option<String>,
    pub description: Option<String>,
    pub descriptive: Option<String>,
    pub use_case: Option<String>,
    pub language: Option<String>,
    pub verified_languages: Option<Vec<SpokenLanguage>>,
    pub preview_url: Option<String>,
    /// Whether an account on the free plan may use it.
    pub free_users_allowed: Option<bool>,
}

/// A language that a voice was heard to speak well.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct SpokenLanguage {
    pub language: String,
    pub accent: Option<String>,
}

impl ElevenLabs {
    /// `GET /v1/shared-voices`: a page of those that others share.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn shared_voices(
        &self,
        key: &Secret,
        query: &LibraryQuery,
        deadline: Deadline,
    ) -> Result<LibraryPage, ElevenLabsError> {
        let (page, page_size) = (query.page.to_string(), query.page_size.to_string());
        let parameters = [
            ("page_size", Some(page_size.as_str())),
            ("search", query.search.as_deref()),
            ("page", Some(page.as_str())),
        ];
        let path = with_query("/v1/shared-voices", &parameters);
        self.read(key, &path, deadline, MAX_BYTES).await
    }
}
