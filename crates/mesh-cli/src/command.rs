mod call;
mod completions;
mod index;
mod serve;
mod settings;
mod status;

use clap::Subcommand;
use mesh_app::config::Variables;

use crate::exit::{Exit, Failure};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Index(index::Index),
    Serve(serve::Serve),
    Call(call::Call),
    Status(status::Status),
    Settings(settings::Settings),
    Completions(completions::Completions),
}

impl Command {
    pub(crate) fn run(self, variables: Variables) -> Result<Exit, Failure> {
        match self {
            Self::Index(index) => index.run(variables),
            Self::Serve(serve) => serve.run(variables),
            Self::Call(call) => call.run(variables),
            Self::Status(status) => status.run(variables),
            Self::Settings(settings) => settings.run(),
            Self::Completions(completions) => completions.run(),
        }
    }
}
