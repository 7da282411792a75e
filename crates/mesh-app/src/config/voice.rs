//! What an operator says of speech and voices. Names that do not begin with `MESH_` are those of ElevenLabs' own server, which
//! people have in their files.

use std::path::PathBuf;

use mesh_core::Host;
use mesh_tools::Family;
use mesh_tools::audio::{Folder, OutputMode};
use mesh_tools::voice::{Residency, VoiceSettings};

use super::reader::Reader;
use super::setting::Setting;
use super::table::{Server, VoiceTools};

pub(super) const FAMILIES: [(&str, Family); 3] = [
    ("voice", Family::Voice),
    ("agents", Family::Agents),
    ("music", Family::Music),
];

const MODES: [(&str, OutputMode); 3] = [
    ("files", OutputMode::Files),
    ("resources", OutputMode::Resources),
    ("both", OutputMode::Both),
];

pub(super) fn mode(reader: &mut Reader<'_>, setting: &'static Setting) -> Option<OutputMode> {
    let mode = reader.optional(setting, setting.one_of(MODES));
    if reader.host == Host::Lambda && mode.is_some_and(|mode| mode != OutputMode::Resources) {
        reader.fault("`ELEVENLABS_MCP_OUTPUT_MODE` must be `resources` on Lambda: no file of its disk can be had by a caller");
    }
    mode
}

/// Where ElevenLabs' own server writes; the home of who has no desktop.
pub(super) fn recordings(reader: &mut Reader<'_>, setting: &'static Setting) -> Option<PathBuf> {
    reader.path(setting).or_else(|| {
        let home = PathBuf::from(reader.foreign("HOME")?);
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

    /// `server` is who may be called by: whoever is on this machine can read the files that are written here.
    #[must_use]
    pub fn settings(&self, host: Host, server: &Server) -> VoiceSettings {
        let is_here =
            host == Host::Process && (server.stdio.is_on() || server.address.ip().is_loopback());
        let usual = match is_here {
            true => OutputMode::Files,
            false => OutputMode::Resources,
        };
        VoiceSettings {
            families: self.families.clone(),
            mode: self.mode.unwrap_or(usual),
            folder: self.recordings.clone().map(Folder::new),
            reads_files: is_here,
            default_voice: self.default_voice.clone(),
            confirm_above: self.confirm_above,
        }
    }
}
