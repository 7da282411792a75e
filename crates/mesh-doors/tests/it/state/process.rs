//! Processes on one file: each is this program again, with the ignored function below to run.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use mesh_doors::limits::SharedLimiter;
use tempfile::tempdir;

use super::limits::drained;
use super::{at, on_sqlite};

const FOLDER: &str = "MESH_TEST_FOLDER";

#[tokio::test]
#[ignore = "a process of `fifty_processes_get_what_is_there`"]
async fn draining() {
    #[expect(clippy::disallowed_methods, reason = "how a test talks to its process")]
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let limiter = SharedLimiter::new(on_sqlite(&PathBuf::from(folder)).await);
    println!("said {}", drained(&limiter, "process", at(0)).await);
}

#[tokio::test]
async fn fifty_processes_get_what_is_there() {
    let folder = tempdir().expect("a folder");
    let this = std::env::current_exe().expect("a program");
    let children: Vec<_> = (0..50)
        .map(|_| {
            let mut command = Command::new(&this);
            command.args([
                "--ignored",
                "--exact",
                "state::process::draining",
                "--nocapture",
            ]);
            command.env(FOLDER, folder.path());
            command.stdout(Stdio::piped()).stderr(Stdio::null());
            command.spawn().expect("started")
        })
        .collect();
    let mut admitted = Vec::new();
    for child in children {
        let output = child.wait_with_output().expect("ended").stdout;
        let output = String::from_utf8(output).expect("text");
        let said = output.lines().find_map(|line| line.strip_prefix("said "));
        admitted.push(said.expect("it ended well").parse().expect("a number"));
    }
    assert_eq!(admitted.iter().sum::<usize>(), 50, "{admitted:?}");
}
