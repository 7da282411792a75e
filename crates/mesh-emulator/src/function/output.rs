use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::sync::watch;

/// What becomes of what a process writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// Kept line by line, to be looked at.
    Kept,
    /// Written to our own standard error.
    PassedOn,
}

impl Output {
    pub(super) fn stdio(self) -> Stdio {
        match self {
            Self::Kept => Stdio::piped(),
            Self::PassedOn => std::io::stderr().into(),
        }
    }
}

/// The lines a process has written so far; none where they are not kept.
#[derive(Debug)]
pub struct Lines(watch::Receiver<Vec<String>>);

impl Lines {
    /// Reads `pipe` to its end, so that a full one never holds the process up.
    pub(super) fn read(pipe: Option<impl AsyncRead + Send + Unpin + 'static>) -> Self {
        let (sender, receiver) = watch::channel(Vec::new());
        let Some(pipe) = pipe else {
            return Self(receiver);
        };
        tokio::spawn(async move {
            let mut lines = BufReader::new(pipe).split(b'\n');
            while let Ok(Some(line)) = lines.next_segment().await {
                let line = String::from_utf8_lossy(&line).into_owned();
                sender.send_modify(|lines| lines.push(line));
            }
        });
        Self(receiver)
    }

    pub fn lines(&self) -> Vec<String> {
        self.0.borrow().clone()
    }

    /// The first line, of past or future, that `wanted` accepts.
    pub async fn find(&self, limit: Duration, wanted: impl Fn(&str) -> bool) -> Option<String> {
        let mut lines = self.0.clone();
        let found = |lines: &Vec<String>| lines.iter().find(|line| wanted(line)).cloned();
        let search = lines.wait_for(|lines| found(lines).is_some());
        let lines = tokio::time::timeout(limit, search).await.ok()?.ok()?;
        found(&lines)
    }
}
