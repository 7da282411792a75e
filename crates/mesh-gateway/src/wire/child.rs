//! A process of its own group: started with little of our environment, drained, and ended with all it has started.

mod memory;

use std::collections::VecDeque;
use std::path::Path;
use std::process::{ExitStatus, Stdio as Pipe};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use futures::future::BoxFuture;
use mesh_core::{Secret, lock};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::fault::Fault;
use crate::here::Way;
use crate::plan::Launcher;

pub(crate) use memory::resident_bytes;

/// The id of a group of processes.
pub(crate) type Group = i32;

/// What a process has of our environment: enough to find programs, folders and words, and nothing that is secret.
pub const INHERITED: [&str; 16] = [
    "PATH",
    "HOME",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "LC_CTYPE",
    "LC_MESSAGES",
    "LC_TIME",
    "TZ",
    "TMPDIR",
    "TERM",
    "USER",
    "SHELL",
    "LOGNAME",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
];

/// As much of what it writes to standard error as is kept.
const MAX_KEPT: usize = 8 * 1024;

/// How long a process may take to leave when its input is closed, and again when it is asked to.
const GRACE: Duration = Duration::from_secs(2);

/// Until what is known of the end of a process is all known: its output, and its status.
pub(super) const MOMENT: Duration = Duration::from_millis(200);

/// How long it may take until every process is ended.
pub const MAX_ENDING: Duration = Duration::from_secs(2 * GRACE.as_secs());

/// A process to start, with everything resolved.
#[derive(Debug)]
pub(crate) struct Launch {
    pub(crate) launcher: Option<Launcher>,
    /// What nobody is shown, should the process write it.
    pub(crate) hidden: Vec<Secret>,
    pub(crate) program: String,
    pub(crate) args: Vec<Secret>,
    pub(crate) env: Vec<(String, Secret)>,
    pub(crate) cwd: Option<String>,
    pub(crate) way: Way,
}

/// The ends of a running process.
pub(super) struct Started {
    pub(super) stdin: ChildStdin,
    pub(super) stdout: ChildStdout,
    pub(super) running: Running,
}

/// A running process, ended when this is dropped.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) said: StderrTail,
    pub(super) group: Option<Group>,
    /// Cancelled to end it.
    stop: CancellationToken,
    /// Cancelled when it has ended and nothing of its group is left.
    pub(super) gone: CancellationToken,
    /// How it ended.
    pub(super) status: Arc<OnceLock<String>>,
}

/// The last of what it wrote to standard error.
#[derive(Clone, Debug, Default)]
pub(super) struct StderrTail {
    kept: Arc<Mutex<VecDeque<u8>>>,
    hidden: Arc<[Secret]>,
}

pub(super) fn start(launch: &Launch) -> Result<Started, Fault> {
    let mut child = command(launch)?.spawn().map_err(|error| {
        let program = &launch.program;
        match error.kind() {
            std::io::ErrorKind::NotFound => missing(program),
            _ => Fault::Start(format!("`{program}`: {error}")),
        }
    })?;
    let unconnected = || Fault::Start("it has no standard input and output".to_owned());
    let stdin = child.stdin.take().ok_or_else(unconnected)?;
    let stdout = child.stdout.take().ok_or_else(unconnected)?;
    let stderr = child.stderr.take().ok_or_else(unconnected)?;
    let running = supervised(child, &launch.hidden);
    tokio::spawn(drain(stderr, running.said.clone(), running.gone.clone()));
    Ok(Started {
        stdin,
        stdout,
        running,
    })
}

fn command(launch: &Launch) -> Result<Command, Fault> {
    let mut command = match &launch.launcher {
        Some(launcher) => {
            find(launch)?;
            let mut command = Command::new(&launcher.program);
            command.args(&launcher.args).arg(&launch.program);
            command
        }
        None => Command::new(&launch.program),
    };
    let env = launch.env.iter();
    let env = env.map(|(name, value)| (name, value.reveal()));
    command
        .args(launch.args.iter().map(Secret::reveal))
        .env_clear()
        .envs(env)
        .stdin(Pipe::piped())
        .stdout(Pipe::piped())
        .stderr(Pipe::piped())
        .process_group(0)
        .kill_on_drop(true);
    if let Some(cwd) = &launch.cwd {
        command.current_dir(cwd);
    }
    Ok(command)
}

/// Has a process waited for, and ended when it is to leave.
fn supervised(child: Child, hidden: &[Secret]) -> Running {
    let running = Running {
        group: child.id().map(u32::cast_signed),
        said: StderrTail {
            kept: Arc::default(),
            hidden: hidden.into(),
        },
        stop: CancellationToken::new(),
        gone: CancellationToken::new(),
        status: Arc::default(),
    };
    let (stop, gone, ended) = (
        running.stop.clone(),
        running.gone.clone(),
        Arc::clone(&running.status),
    );
    tokio::spawn(async move {
        if let Some(status) = attend(child, stop).await {
            let _ = ended.set(status.to_string());
        }
        gone.cancel();
    });
    running
}

/// Where a launcher starts it, nobody else says that it is not there.
fn find(launch: &Launch) -> Result<(), Fault> {
    let program = Path::new(&launch.program);
    let path = launch.env.iter().find(|(name, _)| name == "PATH");
    let path = path.map_or("", |(_, value)| value.reveal());
    let is_there = match program.components().count() {
        0 | 1 => std::env::split_paths(path).any(|folder| folder.join(program).is_file()),
        _ if program.is_absolute() => program.is_file(),
        _ => launch
            .cwd
            .as_ref()
            .map_or_else(|| program.into(), |cwd| Path::new(cwd).join(program))
            .is_file(),
    };
    is_there
        .then_some(())
        .ok_or_else(|| missing(&launch.program))
}

fn missing(program: &str) -> Fault {
    Fault::Start(format!("there is no program `{program}`"))
}

/// Waits for the end of a process, or brings it about: its input is closed by then. Whatever its group has left goes with it.
async fn attend(mut child: Child, stop: CancellationToken) -> Option<ExitStatus> {
    let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
    let signal = |signal| {
        // It may be gone already.
        let _ = group.map(|group| kill_process_group(group, signal));
    };
    tokio::select! {
        _ = child.wait() => {}
        () = stop.cancelled() => {
            if timeout(GRACE, child.wait()).await.is_err() {
                signal(Signal::TERM);
                let _ = timeout(GRACE, child.wait()).await;
            }
        }
    }
    signal(Signal::KILL);
    child.wait().await.ok()
}

async fn drain(stderr: ChildStderr, said: StderrTail, gone: CancellationToken) {
    let (mut stderr, mut piece) = (Output::new(stderr, gone), [0; 4096]);
    while let Some(read) = stderr.read_some(&mut piece).await {
        let mut kept = lock(&said.kept);
        kept.extend(&piece[..read]);
        let excess = kept.len().saturating_sub(MAX_KEPT);
        kept.drain(..excess);
    }
}

/// What a process writes. It ends with the process: what that has started may hold its output open for longer than it lives.
pub(super) struct Output<R> {
    from: R,
    late: BoxFuture<'static, ()>,
}

impl<R: AsyncRead + Unpin> Output<R> {
    /// `gone` is cancelled when the process has ended.
    pub(super) fn new(from: R, gone: CancellationToken) -> Self {
        let late = Box::pin(async move {
            gone.cancelled().await;
            sleep(MOMENT).await;
        });
        Self { from, late }
    }

    /// None where that was all.
    pub(super) async fn read_some(&mut self, piece: &mut [u8]) -> Option<usize> {
        tokio::select! {
            // What it wrote before it ended is read by then, and what it has started may write on without end.
            biased;
            () = &mut self.late => None,
            read = self.from.read(piece) => read.ok().filter(|read| *read > 0),
        }
    }
}

impl Running {
    /// Cancelled when it is to leave.
    pub(super) fn ending(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Asks it to leave; [`Self::gone`] tells when it has.
    pub(super) fn end(&self) {
        self.stop.cancel();
    }

    /// Ends it and all it has started, at once.
    pub(super) fn kill(&self) {
        if self.gone.is_cancelled() {
            return;
        }
        if let Some(group) = self.group.and_then(Pid::from_raw) {
            // It may be gone already.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl StderrTail {
    /// The last line of it that says something, for an error.
    pub(super) fn last_line(&self) -> Option<String> {
        let kept = self.text();
        let line = kept.lines().rev().find(|line| !line.trim().is_empty())?;
        Some(line.trim().chars().take(300).collect())
    }

    pub(super) fn text(&self) -> String {
        let mut kept = lock(&self.kept);
        let text = String::from_utf8_lossy(kept.make_contiguous()).into_owned();
        drop(kept);
        self.hidden.iter().fold(text, hide)
    }
}

/// A value of a few characters is no secret, and stands in words that are none.
fn hide(text: String, value: &Secret) -> String {
    const MIN_LENGTH: usize = 6;
    match value.reveal() {
        value if value.len() < MIN_LENGTH => text,
        value => text.replace(value, "[hidden]"),
    }
}
