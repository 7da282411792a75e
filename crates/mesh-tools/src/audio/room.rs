use mesh_core::Host;

use super::format::Format;
use crate::context::Context;
use crate::error::ToolError;

/// The most that goes into an answer, before it is written as Base64.
pub(crate) fn max_embedded(host: Host) -> u64 {
    match host {
        // Lambda answers with at most 6 MB; what it is written in takes its part, too.
        Host::Lambda => 3 * 1024 * 1024,
        Host::Process => 24 * 1024 * 1024,
    }
}

/// Refuses what would not fit into an answer before anything is paid.
pub(crate) fn refuse_too_large(
    cx: &Context<'_>,
    format: Format,
    seconds: u64,
) -> Result<(), ToolError> {
    let voice = &cx.services.voice;
    let most = max_embedded(cx.services.host);
    let bytes = seconds * format.bytes_per_second;
    if !voice.mode.embeds() || bytes <= most {
        return Ok(());
    }
    let fits = most / seconds.max(1) * 8 / 1000;
    let link = match &voice.bucket {
        Some(_) => {
            ", or have `ELEVENLABS_MCP_OUTPUT_MODE` set to `link` on the server, which fits any length"
        }
        None => "",
    };
    Err(ToolError::InvalidArguments(format!(
        "about {seconds} s of sound would have {} MB, of which an answer holds {}: ask for less, or in an `output_format` of at \
         most {fits} kbit/s{link}; nothing was spent",
        bytes / 1_000_000,
        most / 1_000_000
    )))
}
