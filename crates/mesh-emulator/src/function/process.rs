use std::io::Error;
use std::process::{ExitStatus, Stdio};

use tokio::process::{Child, Command};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::function::Lines;

/// A child process that is watched, read, and killed when dropped.
#[derive(Debug)]
pub(super) struct Process {
    id: u32,
    stdout: Lines,
    stderr: Lines,
    exit: watch::Receiver<Option<ExitStatus>>,
    kill: mpsc::UnboundedSender<()>,
    watching: JoinHandle<()>,
}

impl Process {
    pub(super) fn spawn(mut command: Command) -> std::io::Result<Self> {
        let mut child = command.stdin(Stdio::null()).kill_on_drop(true).spawn()?;
        let id = child
            .id()
            .ok_or_else(|| Error::other("the process has no id"))?;
        let (ended, exit) = watch::channel(None);
        let (kill, killed) = mpsc::unbounded_channel();
        Ok(Self {
            id,
            stdout: Lines::read(child.stdout.take()),
            stderr: Lines::read(child.stderr.take()),
            exit,
            kill,
            watching: tokio::spawn(watch_over(child, killed, ended)),
        })
    }

    pub(super) fn id(&self) -> u32 {
        self.id
    }

    pub(super) fn stdout(&self) -> &Lines {
        &self.stdout
    }

    pub(super) fn stderr(&self) -> &Lines {
        &self.stderr
    }

    pub(super) fn exit(&self) -> watch::Receiver<Option<ExitStatus>> {
        self.exit.clone()
    }

    pub(super) fn kill(&self) {
        // A watcher that is gone has seen the process end.
        let _ = self.kill.send(());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The child goes with its watcher, and `kill_on_drop` ends it.
        self.watching.abort();
    }
}

async fn watch_over(
    mut child: Child,
    mut killed: mpsc::UnboundedReceiver<()>,
    ended: watch::Sender<Option<ExitStatus>>,
) {
    let status = tokio::select! {
        status = child.wait() => status,
        _ = killed.recv() => {
            let _ = child.start_kill();
            child.wait().await
        }
    };
    if let Ok(status) = status {
        ended.send_replace(Some(status));
    }
}
