mod account;
mod audit;
mod become_upstream;
mod call;
mod completions;
mod connection;
mod index;
mod keys;
mod policy;
mod read;
mod read_files;
mod register;
mod secrets;
mod serve;
mod settings;
mod status;
mod sync;
mod upstream;
mod verify;

use clap::Subcommand;
use mesh_app::config::Variables;

use crate::exit::{Exit, Failure};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Index(index::Index),
    Sync(sync::Sync),
    Serve(serve::Serve),
    Call(call::Call),
    Read(read::Read),
    Status(status::Status),
    Verify(verify::Verify),
    Secrets(secrets::Secrets),
    Keys(keys::Keys),
    Policy(policy::Policy),
    Register(register::Register),
    Upstream(upstream::Upstream),
    Audit(audit::Audit),
    Settings(settings::Settings),
    Completions(completions::Completions),
    /// What `mesh index` starts to read files with.
    #[command(hide = true)]
    ReadFiles,
    /// What a server behind this one is started with.
    #[command(hide = true)]
    BecomeUpstream(become_upstream::BecomeUpstream),
}

impl Command {
    pub(crate) fn run(self, variables: Variables) -> Result<Exit, Failure> {
        match self {
            Self::Index(index) => index.run(variables),
            Self::Sync(sync) => sync.run(variables),
            Self::Serve(serve) => serve.run(variables),
            Self::Call(call) => call.run(variables),
            Self::Read(read) => read.run(variables),
            Self::Status(status) => status.run(variables),
            Self::Verify(verify) => verify.run(variables),
            Self::Secrets(secrets) => secrets.run(variables),
            Self::Keys(keys) => keys.run(variables),
            Self::Policy(policy) => policy.run(&variables),
            Self::Register(register) => register.run(variables),
            Self::Upstream(upstream) => upstream.run(variables),
            Self::Audit(audit) => audit.run(&variables),
            Self::Settings(settings) => settings.run(),
            Self::Completions(completions) => completions.run(),
            Self::ReadFiles => read_files::run(),
            Self::BecomeUpstream(child) => child.run(),
        }
    }
}
