use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStderr, Command, Stdio};

use super::mesh;

/// A `mesh serve` on a free port; it does not outlive the test.
pub(crate) struct Server {
    child: Child,
    stderr: BufReader<ChildStderr>,
    pub(crate) url: String,
}

impl Server {
    pub(crate) fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let arguments = [&["serve", "--listen", "127.0.0.1:0"], arguments].concat();
        let mut command = mesh(&arguments);
        command.envs(variables.iter().copied());
        Self::of(command)
    }

    /// One that may have no more file descriptors than this.
    pub(crate) fn with_descriptors(count: usize, variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", &format!("ulimit -n {count}; exec \"$0\" \"$@\"")])
            .args([
                env!("CARGO_BIN_EXE_mesh"),
                "serve",
                "--listen",
                "127.0.0.1:0",
            ])
            .env_clear()
            .envs(variables.iter().copied())
            .stdin(Stdio::null());
        Self::of(command)
    }

    fn of(mut command: Command) -> Self {
        command.stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut server = Self {
            child,
            stderr,
            url: String::new(),
        };
        let line = server.line_with("listening on ");
        let (_, url) = line.split_once("listening on ").expect("the line has it");
        server.url = url.trim().to_owned();
        server
    }

    /// Waits for the line of stderr that has this in it.
    pub(crate) fn line_with(&mut self, part: &str) -> String {
        loop {
            let mut line = String::new();
            let length = self.stderr.read_line(&mut line).expect("UTF-8");
            assert_ne!(length, 0, "stderr ended without `{part}`");
            if line.contains(part) {
                return line;
            }
        }
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.expect("`kill` starts").success());
    }

    /// Waits for the end: the exit status, and the rest of stderr.
    pub(crate) fn ended(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        self.stderr.read_to_string(&mut rest).expect("UTF-8");
        (self.child.wait().expect("an end").code(), rest)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Most tests have ended it themselves.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
