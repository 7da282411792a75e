use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use mesh_app::config::{Config, Variables};
use mesh_clients::elevenlabs::ElevenLabs;
use mesh_core::{Deadline, Metrics, Parameter, Secret};
use mesh_http::{HttpClient, Roots};
use mesh_tools::secrets::READ_TIMEOUT;

use crate::command::account::Account;
use crate::command::serve::provide;
use crate::exit::Failure;

/// One request. Where ElevenLabs calls the server for it, that takes its time.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The workspace that the key opens.
#[derive(Debug)]
pub(super) struct Workspace {
    pub(super) api: ElevenLabs,
    pub(super) key: Secret,
}

impl Workspace {
    pub(super) async fn open(config: &Config, variables: &Variables) -> Result<Self, Failure> {
        let metrics = Arc::new(Metrics::new(Instant::now()));
        let secrets = provide::secrets(config, &Account::new(variables), &metrics).await?;
        let deadline = Deadline::after(Instant::now(), READ_TIMEOUT);
        let key = secrets.value(Parameter::ElevenLabsApiKey, deadline).await;
        let key = key.map_err(|error| Failure::usage(error.to_string()))?;
        let http = HttpClient::new(Roots::compiled_in());
        let api = ElevenLabs::new(http, config.voice.address());
        let api = api.context("`MESH_ELEVENLABS_URL`")?;
        Ok(Self { api, key })
    }
}

/// What ElevenLabs says of a server that it cannot use: short, harmless on a terminal, and without the header if it quotes that.
pub(super) fn quoted(words: &str) -> String {
    const CHARS: usize = 200;
    let end = words.to_ascii_lowercase().find("bearer");
    let words = &words[..end.unwrap_or(words.len())];
    let words = words.chars().take(CHARS);
    words.flat_map(char::escape_debug).collect()
}

pub(super) fn soon() -> Deadline {
    Deadline::after(Instant::now(), TIMEOUT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_vendor_are_short_and_have_neither_header_nor_control_characters() {
        assert_eq!(quoted("no route to host"), "no route to host");
        assert_eq!(quoted("a\u{1b}[2J\nb"), "a\\u{1b}[2J\\nb");
        let header = "401 for {'Authorization': 'Bearer sk_fake'}";
        assert_eq!(quoted(header), "401 for {\\'Authorization\\': \\'");
        assert_eq!(quoted(&"ä".repeat(1000)).chars().count(), 200);
    }
}
