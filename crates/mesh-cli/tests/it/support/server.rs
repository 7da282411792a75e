use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};

use super::mesh;

/// A `mesh serve` on a free port; it does not outlive the test.
pub(crate) struct Server {
    child: Child,
    /// What it wrote. It is read as it comes: a server whose log nobody reads waits for a reader.
    stderr: Receiver<String>,
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
        let (read, lines) = mpsc::channel();
        std::thread::spawn(move || {
            // The test that would want them may be over.
            stderr
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| read.send(line))
        });
        let mut server = Self {
            child,
            stderr: lines,
            url: String::new(),
        };
        let line = server.line_with("listening on ");
        let (_, url) = line.split_once("listening on ").expect("the line has it");
        server.url = url.trim().to_owned();
        server
    }

    /// Waits for the line of stderr that has this in it.
    pub(crate) fn line_with(&self, part: &str) -> String {
        let found = self.stderr.iter().find(|line| line.contains(part));
        found.unwrap_or_else(|| panic!("stderr ended without `{part}`"))
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.expect("`kill` starts").success());
    }

    /// Waits for the end: the exit status, and the rest of stderr.
    pub(crate) fn ended(mut self) -> (Option<i32>, String) {
        let rest: String = self.stderr.iter().map(|line| line + "\n").collect();
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
