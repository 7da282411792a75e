use mesh_core::Host;

use super::OutputMode;
use super::format::{Format, OutputFormat};
use crate::context::{Context, Services};
use crate::error::ToolError;

/// The most that goes into an answer, before it is written as Base64.
pub(crate) fn max_embedded(host: Host) -> u64 {
    match host {
        // Lambda answers with at most 6 MB; what it is written in takes its part, too.
        Host::Lambda => 3 * 1024 * 1024,
        Host::Process => 24 * 1024 * 1024,
    }
}

/// Whether a sound of that many seconds has a place however large it turns out.
pub(crate) fn fits(services: &Services, seconds: f64) -> bool {
    let voice = &services.voice;
    let bytes = seconds * OutputFormat::default().format().bytes_per_second as f64;
    voice.mode != OutputMode::Resources
        || voice.bucket.is_some()
        || bytes <= max_embedded(services.host) as f64
}

/// Refuses what would not fit into an answer, and has no other place, before anything is paid.
pub(crate) fn refuse_too_large(
    cx: &Context<'_>,
    format: Format,
    seconds: u64,
) -> Result<(), ToolError> {
    let fits = max_embedded(cx.services.host) / seconds.max(1) * 8 / 1000;
    let instead = format!("ask for less, or in an `output_format` of at most {fits} kbit/s");
    refuse(cx, format, seconds, &instead)
}

/// The same, of a tool that has one format.
pub(crate) fn refuse_too_long(cx: &Context<'_>, seconds: u64) -> Result<(), ToolError> {
    let format = OutputFormat::default().format();
    refuse(cx, format, seconds, "ask for less")
}

/// The same, of what nobody knows the length of before it is paid: the longest that a tool makes has to fit, or to have a bucket.
pub(crate) fn refuse_unknown(
    cx: &Context<'_>,
    longest: u64,
    instead: &str,
) -> Result<(), ToolError> {
    if fits(cx.services, longest as f64) {
        return Ok(());
    }
    Err(ToolError::InvalidArguments(format!(
        "nobody knows how long the sound will be, and an answer holds {} MB of it: {instead}; nothing was spent",
        max_embedded(cx.services.host) / 1_000_000
    )))
}

fn refuse(cx: &Context<'_>, format: Format, seconds: u64, instead: &str) -> Result<(), ToolError> {
    let voice = &cx.services.voice;
    let most = max_embedded(cx.services.host);
    let bytes = seconds * format.bytes_per_second;
    if voice.mode != OutputMode::Resources || bytes <= most {
        return Ok(());
    }
    let link = match &voice.bucket {
        Some(_) => {
            ", or have `ELEVENLABS_MCP_OUTPUT_MODE` set to `link` on the server, which fits any length"
        }
        None => "",
    };
    Err(ToolError::InvalidArguments(format!(
        "about {seconds} s of sound would have {} MB, of which an answer holds {}: {instead}{link}; nothing was spent",
        bytes / 1_000_000,
        most / 1_000_000
    )))
}
