//! What an operator says of speech and voices. Names that do not begin with `MESH_` are those of ElevenLabs' own server, which
//! people have in their files.

use std::path::PathBuf;

use mesh_core::Host;
use mesh_tools::Family;
use mesh_tools::audio::{Bucket, Folder, OutputMode};
use mesh_tools::voice::{Residency, VoiceSettings};

use super::reader::Reader;
use super::setting::Setting;
use super::table::{Config, VoiceTools};

pub(super) const FAMILIES: [(&str, Family); 3] = [
    ("voice", Family::Voice),
    ("agents", Family::Agents),
    ("music", Family::Music),
];

const MODES: [(&str, OutputMode); 4] = [
    ("files", OutputMode::Files),
    ("resources", OutputMode::Resources),
    ("both", OutputMode::Both),
    ("link", OutputMode::Link),
];

pub(super) fn mode(reader: &mut Reader<'_>, setting: &'static Setting) -> Option<OutputMode> {
    let mode = reader.optional(setting, setting.one_of(MODES));
    let writes = matches!(mode, Some(OutputMode::Files | OutputMode::Both));
    if reader.host == Host::Lambda && writes {
        reader.fault(
            "`ELEVENLABS_MCP_OUTPUT_MODE` must be `resources` or `link` on Lambda: no file of its disk can be had by a caller",
        );
    }
    if mode == Some(OutputMode::Link) && !reader.is_given("MESH_AUDIO_BUCKET") {
        reader.fault("`ELEVENLABS_MCP_OUTPUT_MODE` can be `link` only where `MESH_AUDIO_BUCKET` names a bucket");
    }
    if reader.host == Host::Process && writes && !has_folder(reader) {
        reader.fault(
            "`ELEVENLABS_MCP_OUTPUT_MODE` has sounds written to files, and there is no folder for them: name one in \
             `ELEVENLABS_MCP_BASE_PATH`, or set `HOME`",
        );
    }
    mode
}

fn has_folder(reader: &Reader<'_>) -> bool {
    reader.is_given("ELEVENLABS_MCP_BASE_PATH") || home(reader).is_some()
}

/// None in a container, or under a service manager, that sets none.
fn home(reader: &Reader<'_>) -> Option<PathBuf> {
    let home = reader.foreign("HOME").filter(|home| !home.is_empty());
    home.map(PathBuf::from)
}

/// Amazon S3 User Guide, general purpose bucket naming rules; those of a bucket that its host name has to be.
pub(super) fn bucket(text: &str) -> Result<String, String> {
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    let is_name = (3..=63).contains(&text.len())
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(byte))
        && ends(bytes.first())
        && ends(bytes.last());
    is_name
        .then(|| text.to_owned())
        .ok_or_else(|| "the name of a bucket, without `s3://`".to_owned())
}

/// Where ElevenLabs' own server writes; the home of who has no desktop; none without a home.
pub(super) fn recordings(reader: &mut Reader<'_>, setting: &'static Setting) -> Option<PathBuf> {
    reader.path(setting).or_else(|| {
        let home = home(reader)?;
        let desktop = home.join("Desktop");
        Some(if desktop.is_dir() { desktop } else { home })
    })
}

/// The address of a residency, by its name.
pub(super) fn residency(text: &str) -> Result<&'static str, String> {
    let residency =
        Residency::parse(text).map_err(|_| "`us`, `global`, `eu`, `in` or `sg`".to_owned())?;
    Ok(residency.unwrap_or_default().base())
}

pub(super) fn voice_id(text: &str) -> Result<String, String> {
    let is_id = !text.is_empty()
        && text.len() <= 100
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_id
        .then(|| text.to_owned())
        .ok_or_else(|| "the id of a voice: letters and digits".to_owned())
}

impl VoiceTools {
    /// Where ElevenLabs, or what speaks like it, is reached.
    #[must_use]
    pub fn address(&self) -> &str {
        self.url.as_deref().unwrap_or(self.residency)
    }
}

impl Config {
    /// `bucket` is the one that is named here, as the host reaches it.
    #[must_use]
    pub fn voice_settings(&self, bucket: Option<Bucket>) -> VoiceSettings {
        let voice = &self.voice;
        let has_local_callers = self.has_local_callers();
        let usual = match (has_local_callers, self.host, &voice.bucket) {
            (true, ..) if voice.recordings.is_some() => OutputMode::Files,
            (_, Host::Lambda, Some(_)) => OutputMode::Link,
            (..) => OutputMode::Resources,
        };
        VoiceSettings {
            families: voice.families.clone(),
            mode: voice.mode.unwrap_or(usual),
            folder: voice.recordings.clone().map(Folder::new),
            bucket,
            reads_files: has_local_callers,
            default_voice: voice.default_voice.clone(),
            confirm_above: voice.confirm_above,
        }
    }

    /// Whether whoever calls is on this machine, and may have its files. Where callers have to show who they are, they may be
    /// anywhere: a proxy on this machine hands on what they send.
    fn has_local_callers(&self) -> bool {
        let (server, callers) = (&self.server, &self.callers);
        let tells_callers =
            server.bearer.is_some() || server.takes_keys() || callers.issuer.is_some();
        let is_loopback = server.address.ip().is_loopback();
        self.host == Host::Process && (server.stdio.is_on() || is_loopback && !tells_callers)
    }
}
