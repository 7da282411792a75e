//! Where a sound is: a file, a resource for ten minutes, or an address that is good for anybody until `urlExpiresAt`. It is in the
//! schemas of many tools, which say no more of it than names.

use schemars::JsonSchema;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SoundFile {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
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
