use std::io::Read as _;

use anyhow::{Context as _, ensure};
use mesh_app::config::Client;
use mesh_core::{Secret, hex};
use sha2::{Digest as _, Sha256};

use crate::exit::Failure;

const MAX_BYTES: u64 = 8 * 1024;

/// The token that ElevenLabs is to show.
#[derive(Debug)]
pub(super) struct Token(Secret);

impl Token {
    pub(super) const fn secret(&self) -> &Secret {
        &self.0
    }

    /// The whole value of the header.
    pub(super) fn header(&self) -> Secret {
        Secret::new(format!("Bearer {}", self.0.reveal()))
    }

    /// SHA-256 of the header's value, in hexadecimal.
    pub(super) fn sha256(&self) -> String {
        hex(&Sha256::digest(self.header().reveal().as_bytes()))
    }
}

pub(super) fn read(from_stdin: bool, client: &Client) -> Result<Token, Failure> {
    if from_stdin {
        return Ok(Token(piped()?));
    }
    client.bearer.clone().map(Token).ok_or_else(|| {
        Failure::usage(
            "there is no token for ElevenLabs to show: put it into `MESH_BEARER`, or pipe it in with `--token-stdin`; `mesh keys \
             create eleven-voice` makes one",
        )
    })
}

fn piped() -> anyhow::Result<Secret> {
    // Room for all of it, so that no copy is left behind in memory when it grows.
    let mut text = String::with_capacity(MAX_BYTES as usize + 1);
    let read = std::io::stdin()
        .take(MAX_BYTES + 1)
        .read_to_string(&mut text);
    read.context("cannot read the token from stdin")?;
    let whole = Secret::new(text);
    let token = Secret::new(whole.reveal().trim());
    let is_token =
        !token.reveal().is_empty() && token.reveal().bytes().all(|b| b.is_ascii_graphic());
    ensure!(
        is_token && whole.reveal().len() as u64 <= MAX_BYTES,
        "what came over stdin is no token: one has no spaces, and at most {MAX_BYTES} characters"
    );
    Ok(token)
}
