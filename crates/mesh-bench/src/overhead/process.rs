use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;

use crate::machine;

/// A server in a process of its own, ended when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) fn ours(mesh: &Path, corpus: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(mesh);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--corpus"])
            .arg(corpus);
        Self::start(command)
    }

    pub(crate) fn bare(corpus: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("bare").arg(corpus);
        Self::start(command)
    }

    fn start(mut command: Command) -> anyhow::Result<Self> {
        let mut child = command
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {command:?}"))?;
        let mut stderr = BufReader::new(child.stderr.take().context("a pipe")?);
        let mut line = String::new();
        stderr.read_line(&mut line)?;
        let address = line
            .trim()
            .rsplit('/')
            .next()
            .and_then(|address| address.parse().ok());
        // Its log is read and dropped: a full pipe would stop the server.
        std::thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::sink()));
        let address = address.with_context(|| format!("the server did not start: {line}"))?;
        Ok(Self { child, address })
    }

    pub(crate) fn resident_kb(&self) -> anyhow::Result<u64> {
        machine::resident_kb(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
