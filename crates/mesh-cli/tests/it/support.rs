pub(crate) mod fake;
pub(crate) mod guarded;
pub(crate) mod liar;
pub(crate) mod parameters;
pub(crate) mod server;
pub(crate) mod vendors;

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The command, with nothing in its environment and nobody at its terminal.
pub(crate) fn mesh(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mesh"));
    command.args(arguments).env_clear().stdin(Stdio::null());
    command
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) fn run(arguments: &[&str]) -> Ran {
    ran(mesh(arguments).output().expect("the command starts"))
}

pub(crate) fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code().expect("an exit status"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// A run whose reader has gone before it says anything.
pub(crate) fn unread(arguments: &[&str]) -> Ran {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = mesh(arguments);
    command.stdout(writer).stderr(Stdio::piped());
    let child = command.spawn().expect("the command starts");
    ran(child.wait_with_output().expect("an end"))
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// A corpus of one document about masters, in a folder that goes with the value.
pub(crate) fn corpus() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let docs = folder.path().join("docs");
    std::fs::create_dir(&docs).expect("a folder");
    let page =
        "# Masters\n\n## Approval\n\nA master is approved by the release desk within two days.\n";
    std::fs::write(docs.join("masters.md"), page).expect("a file");
    let corpus = folder.path().join("corpus");
    let indexed = run(&[
        "index",
        "--corpus",
        text(&corpus),
        "--knowledge",
        text(&docs),
    ]);
    assert_eq!(indexed.code, 0, "{indexed:?}");
    folder
}
