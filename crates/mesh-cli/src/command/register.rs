//! `mesh register`: this server, made known to those who call it.

pub(in crate::command) mod elevenlabs;

use clap::{Args, Subcommand};
use mesh_app::config::Variables;

use crate::exit::{Exit, Failure};

/// Make this server known to a service whose agents are to use it.
#[derive(Debug, Args)]
pub(crate) struct Register {
    #[command(subcommand)]
    with: With,
}

#[derive(Debug, Subcommand)]
enum With {
    #[command(name = "elevenlabs")]
    ElevenLabs(elevenlabs::ElevenLabs),
}

impl Register {
    pub(crate) fn run(self, variables: Variables) -> Result<Exit, Failure> {
        match self.with {
            With::ElevenLabs(elevenlabs) => elevenlabs.run(variables),
        }
    }
}
