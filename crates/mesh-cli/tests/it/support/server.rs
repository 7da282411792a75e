use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};

use serde_json::Value;

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
        Self::start_at("127.0.0.1:0", arguments, variables)
    }

    pub(crate) fn start_at(address: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let arguments = [&["serve", "--listen", address], arguments].concat();
        let mut command = mesh(&arguments);
        command.envs(variables.iter().copied());
        Self::of(command)
    }

    /// One whose working directory and home this is.
    pub(crate) fn start_in(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let arguments = [&["serve", "--listen", "127.0.0.1:0"], arguments].concat();
        let mut command = mesh(&arguments);
        command
            .current_dir(folder)
            .env("HOME", folder)
            .envs(variables.iter().copied());
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

/// What a path of it holds, as JSON.
pub(crate) fn get(server: &Server, path: &str) -> Value {
    let address = server.url.strip_prefix("http://").expect("an address");
    let mut stream = TcpStream::connect(address).expect("it listens");
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("is read");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    serde_json::from_str(body).expect("JSON")
}

impl Drop for Server {
    fn drop(&mut self) {
        // Most tests have ended it themselves.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
