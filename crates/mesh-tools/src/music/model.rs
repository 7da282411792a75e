use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Each takes plans of a shape of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum MusicModel {
    MusicV1,
    #[default]
    MusicV2,
    #[serde(rename = "music_v2_5")]
    MusicV25,
}

impl MusicModel {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::MusicV1 => "music_v1",
            Self::MusicV2 => "music_v2",
            Self::MusicV25 => "music_v2_5",
        }
    }
}
