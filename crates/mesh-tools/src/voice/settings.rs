use crate::audio::{Bucket, Folder, OutputMode};
use crate::family::Family;

/// What an operator says of the tools of ElevenLabs.
#[derive(Clone, Debug)]
pub struct VoiceSettings {
    /// Which families are on.
    pub families: Vec<Family>,
    pub mode: OutputMode,
    /// Where recordings are written and read.
    pub folder: Option<Folder>,
    /// Where sounds are kept that are handed out by an address.
    pub bucket: Option<Bucket>,
    /// Whether callers have files here.
    pub reads_files: bool,
    /// Speaks where a call names no voice.
    pub default_voice: String,
    /// A person agrees before a call is expected to cost more.
    pub confirm_above: u64,
}

impl Default for VoiceSettings {
    fn default() -> Self {
        Self {
            families: Vec::new(),
            mode: OutputMode::Resources,
            folder: None,
            bucket: None,
            reads_files: false,
            default_voice: "cgSgspJ2msm6clMCkdW9".to_owned(),
            confirm_above: 1_000,
        }
    }
}
