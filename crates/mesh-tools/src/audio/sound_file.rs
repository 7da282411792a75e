use schemars::JsonSchema;
use serde::Serialize;

/// Where a sound is.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SoundFile {
    /// The file it was written to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The resource that holds it, which can be read for ten minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// An address that anybody can fetch it from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Until when (RFC 3339); the same call again within ten minutes has another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url_expires_at: Option<String>,
    pub media_type: String,
    pub bytes: u64,
}

impl SoundFile {
    pub(crate) const SCHEME: &'static str = "elevenlabs://";

    /// The resource of a sound of that name.
    pub(crate) fn uri_of(name: &str) -> String {
        format!("{}{name}", Self::SCHEME)
    }
}
