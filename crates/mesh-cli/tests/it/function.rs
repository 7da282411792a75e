//! What a function would refuse of a file of servers, told before anything is packed.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Ran, mesh, ran, text};

fn written(folder: &Path, name: &str, servers: &Value) -> std::path::PathBuf {
    let file = folder.join(name);
    let text = json!({"mcpServers": servers}).to_string();
    std::fs::write(&file, text).expect("written");
    file
}

fn upstream(arguments: &[&str], path: &Path) -> Ran {
    let mut command = mesh(&[&["upstream"], arguments].concat());
    let path = format!("{}:/usr/bin:/bin", text(path));
    ran(command.env("PATH", path).output().expect("starts"))
}

fn checked(file: &Path, programs: &Path) -> Ran {
    let files = ["--upstreams", text(file), "--programs", text(programs)];
    let arguments = [&["check", "--for", "lambda"], &files[..]].concat();
    upstream(&arguments, programs)
}

/// A folder of programs, of which `mesh` is one.
fn programs() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_mesh"), folder.path().join("own"))
        .expect("linked");
    folder
}

#[test]
fn all_that_a_function_would_refuse_is_told_at_once_and_nothing_is_started() {
    let (folder, programs) = (tempfile::tempdir().expect("a folder"), programs());
    let started = folder.path().join("started");
    let touch = format!("touch {}", text(&started));
    let servers = json!({
        "fetched": {"command": "npx", "args": ["-y", "bell@1.0.0"]},
        "here": {"url": "http://127.0.0.1:3000/mcp"},
        "missing": {"command": "no-such-program"},
        "relative": {"command": "./bell"},
        "shell": {"command": "sh", "args": ["-c", touch]},
    });
    let file = written(folder.path(), "mcp.json", &servers);
    let told = checked(&file, programs.path());
    assert_eq!(told.code, 1, "{told:?}");
    for line in [
        "fetched: a function refuses it: `npx` fetches what it runs",
        "fetched: a function refuses it: it is not in the lock: run `mesh upstream approve fetched`",
        "here: a function refuses it: its `url` is on this machine",
        "missing: a function refuses it: there is no program `no-such-program` in ",
        "relative: a function refuses it: `./bell` leads from the working directory",
        "shell: a function refuses it: it is not in the lock",
    ] {
        let is_told = |told: &str| told.starts_with(line);
        assert!(told.stdout.lines().any(is_told), "{line}: {}", told.stdout);
    }
    assert!(!started.exists());
}

#[test]
fn what_is_packed_and_locked_can_be_served() {
    let (folder, programs) = (tempfile::tempdir().expect("a folder"), programs());
    let own = |more: &[&str]| {
        let arguments = [&["serve", "--stdio"], more].concat();
        json!({"own": {"command": "own", "args": arguments}})
    };
    let file = written(folder.path(), "mcp.json", &own(&[]));
    let approved = ["approve", "--all", "--upstreams", text(&file)];
    let approved = upstream(&approved, programs.path());
    assert_eq!(approved.code, 0, "{approved:?}");
    let told = checked(&file, programs.path());
    assert_eq!(
        (told.code, told.stdout.as_str()),
        (0, "own: a function can serve it\n"),
        "{told:?}"
    );
    written(
        folder.path(),
        "mcp.json",
        &own(&["--environment", "another"]),
    );
    let told = checked(&file, programs.path());
    assert_eq!(told.code, 1, "{told:?}");
    assert!(
        told.stdout
            .contains("it is started otherwise than was approved"),
        "{told:?}"
    );
}

#[test]
fn a_folder_of_programs_without_a_function_is_wrong_usage() {
    let refused = upstream(&["check", "--programs", "programs"], Path::new("/"));
    assert_eq!(refused.code, 64, "{refused:?}");
    assert!(refused.stderr.contains("--for"), "{refused:?}");
}
