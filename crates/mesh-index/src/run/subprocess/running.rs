use std::io::{self, BufReader, BufWriter, Read};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::request::Request;
use super::{frame, limits};
use crate::ingest::SkipReason;
use crate::run::job::{Delivery, End};

/// A process that reads files. It ends with this value.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    requests: BufWriter<ChildStdin>,
    deliveries: Receiver<io::Result<Vec<u8>>>,
    /// The last it wrote to standard error, where the runtime says why it ends.
    complaint: Option<JoinHandle<String>>,
}

/// What one file may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) time: Duration,
    pub(super) output: u64,
}

/// How a process stopped reading a file before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    OutOfTime,
    TooMuchOutput,
    /// It is gone, or says what nobody understands.
    Silent,
}

/// Deliveries that may wait here; more wait in the other process.
const QUEUE: usize = 2;

impl Running {
    /// It gets nothing of the environment: there may be secrets in it.
    pub(super) fn start(program: &Path, argument: &str) -> io::Result<Self> {
        let mut command = Command::new(program);
        command
            .arg(argument)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // Ctrl-C is for the process that started it, which ends it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let gone = || io::Error::from(io::ErrorKind::BrokenPipe);
        let requests = child.stdin.take().ok_or_else(gone)?;
        let output = child.stdout.take().ok_or_else(gone)?;
        let errors = child.stderr.take().ok_or_else(gone)?;
        let (sender, deliveries) = sync_channel(QUEUE);
        thread::spawn(move || hand_on(output, &sender));
        Ok(Self {
            child,
            requests: BufWriter::new(requests),
            deliveries,
            complaint: Some(thread::spawn(move || last_of(errors))),
        })
    }

    /// Has one file read.
    pub(super) fn read(
        &mut self,
        request: &Request,
        bounds: Bounds,
        deliver: &mut dyn FnMut(Delivery),
    ) -> Result<End, Ended> {
        frame::write(&mut self.requests, request).map_err(|_| Ended::Silent)?;
        // Only what is spent here counts: whoever takes the deliveries may be slow.
        let mut time = bounds.time;
        let mut output = bounds.output;
        loop {
            let asked = Instant::now();
            let json = match self.deliveries.recv_timeout(time) {
                Ok(Ok(json)) => json,
                Ok(Err(error)) if error.kind() == io::ErrorKind::FileTooLarge => {
                    return Err(Ended::TooMuchOutput);
                }
                Err(RecvTimeoutError::Timeout) => return Err(Ended::OutOfTime),
                Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => return Err(Ended::Silent),
            };
            time = time.saturating_sub(asked.elapsed());
            output = output
                .checked_sub(json.len() as u64)
                .ok_or(Ended::TooMuchOutput)?;
            match serde_json::from_slice(&json).map_err(|_| Ended::Silent)? {
                Delivery::End(end) => return Ok(end),
                delivery => deliver(delivery),
            }
        }
    }

    /// Why it ended by itself.
    pub(super) fn cause(mut self) -> SkipReason {
        let complaint = self.complaint.take().map(JoinHandle::join);
        let complaint = complaint.and_then(Result::ok).unwrap_or_default();
        match self.child.wait() {
            Ok(status) => cause(&complaint, status),
            Err(error) => SkipReason::from(&error),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only where it has ended and been waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn hand_on(output: ChildStdout, sender: &SyncSender<io::Result<Vec<u8>>>) {
    let mut output = BufReader::new(output);
    while let Some(delivery) = frame::read(&mut output).transpose() {
        let is_last = delivery.is_err();
        if sender.send(delivery).is_err() || is_last {
            return;
        }
    }
}

/// The runtime's last words are short; panics that were caught came before them.
fn last_of(mut errors: ChildStderr) -> String {
    const MAX_BYTES: usize = 4096;
    let mut last = Vec::new();
    let mut buffer = [0; MAX_BYTES];
    while let Ok(count @ 1..) = errors.read(&mut buffer) {
        last.extend_from_slice(&buffer[..count]);
        let surplus = last.len().saturating_sub(MAX_BYTES);
        last.drain(..surplus);
    }
    String::from_utf8_lossy(&last).into_owned()
}

/// Rust's runtime says these two before it aborts; `SIGKILL` that nobody here sent is the system's want of memory.
fn cause(complaint: &str, status: ExitStatus) -> SkipReason {
    if complaint.contains("memory allocation of") {
        return SkipReason::TakesTooMuchMemory(limits::MEMORY);
    }
    if complaint.contains("has overflowed its stack") {
        return SkipReason::NestedTooDeep;
    }
    SkipReason::ReaderEnded(status.to_string().into())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;

    use super::*;

    #[test]
    fn why_a_process_ended_is_told() {
        let check = |complaint: &str, raw: i32, told: &str| {
            let reason = cause(complaint, ExitStatus::from_raw(raw));
            assert_eq!(reason.to_string(), told);
        };
        check(
            "memory allocation of 4000000000 bytes failed\n",
            6,
            "takes more than 384 MiB of memory to read",
        );
        check(
            "thread 'pdf' has overflowed its stack\n",
            6,
            "nested too deep to read",
        );
        check("", 9, "its reader was ended: signal: 9 (SIGKILL)");
        check("", 256, "its reader was ended: exit status: 1");
    }
}
