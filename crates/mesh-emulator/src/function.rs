mod environment;
mod freeze;
mod output;
mod process;
mod usage;

use std::process::ExitStatus;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::exchange::Init;
pub use crate::function::environment::{Bootstrap, Environment};
pub use crate::function::output::{Lines, Output};
use crate::function::process::Process;
pub use crate::function::usage::Usage;
use crate::invocation::gone;
use crate::runtime_api::RuntimeApi;
use crate::{Failure, Invocation, Options, Outcome, Payload};

/// One execution environment: a process and its Runtime API. The process is killed when this is dropped.
#[derive(Debug)]
pub struct Function {
    api: RuntimeApi,
    process: Process,
    started: Instant,
}

/// Why a function is not ready for events.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the function reported `{}` in its init: {}", .0.kind, .0.message)]
    Init(Failure),
    #[error("the process ended in its init: {0}")]
    Exited(ExitStatus),
    #[error("the process did not ask for an event in time")]
    TimedOut,
    #[error("the process cannot be started: {0}")]
    Spawn(#[from] std::io::Error),
}

impl Function {
    /// Starts the process with nothing but `environment` and the address of its Runtime API.
    ///
    /// # Errors
    /// Where the process cannot be started.
    pub fn spawn(bootstrap: &Bootstrap, environment: &Environment) -> std::io::Result<Self> {
        let api = RuntimeApi::start()?;
        let mut command = bootstrap.command(environment);
        command.env("AWS_LAMBDA_RUNTIME_API", api.address().to_string());
        let started = Instant::now();
        let process = Process::spawn(command)?;
        Ok(Self {
            api,
            process,
            started,
        })
    }

    /// From starting the process to its first request for an event.
    ///
    /// # Errors
    /// Where it ended, or did not ask within `limit`.
    pub async fn ready(&self, limit: Duration) -> Result<Duration, StartError> {
        let mut init = self.api.exchange().init.subscribe();
        let mut exit = self.process.exit();
        tokio::select! {
            biased;
            init = decided(&mut init) => init.map(|at| at - self.started).map_err(StartError::Init),
            status = gone(&mut exit) => Err(StartError::Exited(status)),
            () = tokio::time::sleep(limit) => Err(StartError::TimedOut),
        }
    }

    /// Hands out an event and waits for what becomes of it.
    pub async fn invoke(&self, payload: impl Into<Payload>, options: Options) -> Outcome {
        self.begin(payload, &options).outcome().await
    }

    /// Hands out an event, to be followed step by step.
    pub fn begin(&self, payload: impl Into<Payload>, options: &Options) -> Invocation {
        Invocation::offer(
            self.api.exchange(),
            self.process.exit(),
            payload.into(),
            options,
        )
    }

    pub fn stdout(&self) -> &Lines {
        self.process.stdout()
    }

    pub fn stderr(&self) -> &Lines {
        self.process.stderr()
    }

    pub fn id(&self) -> u32 {
        self.process.id()
    }

    pub fn is_alive(&self) -> bool {
        self.process.exit().borrow().is_none()
    }

    /// Memory and processor time so far; an error once the process is gone.
    ///
    /// # Errors
    /// Once the process is gone.
    pub fn usage(&self) -> std::io::Result<Usage> {
        Usage::of(self.process.id())
    }

    /// Kills the process and waits until it is gone.
    pub async fn end(self) -> ExitStatus {
        self.process.kill();
        gone(&mut self.process.exit()).await
    }
}

async fn decided(init: &mut watch::Receiver<Init>) -> Result<Instant, Failure> {
    let decision = init.wait_for(|init| !matches!(init, Init::Running)).await;
    match decision.map(|init| init.clone()) {
        Ok(Init::Done(at)) => Ok(at),
        Ok(Init::Failed(failure)) => Err(failure),
        // The Runtime API lives as long as the function that asks.
        Ok(Init::Running) | Err(_) => std::future::pending().await,
    }
}
