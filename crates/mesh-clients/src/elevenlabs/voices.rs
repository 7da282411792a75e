use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};

use super::client::with_query;
use super::{ElevenLabs, ElevenLabsError, Voice, voice};

/// As many as it gives at once.
const PAGE_SIZE: &str = "100";
const MAX_BYTES: u64 = 16 * voice::MAX_BYTES;

#[derive(Clone, Debug, Default)]
pub struct VoiceQuery {
    /// In names, descriptions, labels and categories.
    pub search: Option<String>,
    /// `name` or `created_at_unix`.
    pub sort: Option<String>,
    /// `asc` or `desc`.
    pub sort_direction: Option<String>,
    /// Of the page before.
    pub page_token: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct VoicePage {
    pub voices: Vec<Voice>,
    pub has_more: bool,
    pub next_page_token: Option<String>,
}

impl ElevenLabs {
    /// `GET /v2/voices`: a page of 100 of the account's own.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn voices(
        &self,
        key: &Secret,
        query: &VoiceQuery,
        deadline: Deadline,
    ) -> Result<VoicePage, ElevenLabsError> {
        let parameters = [
            ("next_page_token", query.page_token.as_deref()),
            ("page_size", Some(PAGE_SIZE)),
            ("search", query.search.as_deref()),
            ("sort", query.sort.as_deref()),
            ("sort_direction", query.sort_direction.as_deref()),
        ];
        let path = with_query("/v2/voices", &parameters);
        self.read(key, &path, deadline, MAX_BYTES).await
    }
}
