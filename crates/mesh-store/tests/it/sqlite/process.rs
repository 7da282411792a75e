//! Several processes on one file: each is this program again, with one of the ignored functions below to run.

use std::fs::{self, Permissions};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use mesh_store::{Change, Sqlite, Store as _, StoreError, When, Write};
use tempfile::tempdir;

use super::open;
use crate::support::{at, key};

const FOLDER: &str = "MESH_TEST_FOLDER";

/// The folder that a process was given; none where this is an ordinary run of the tests.
fn given() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "how a test talks to its process")]
    std::env::var_os(FOLDER).map(PathBuf::from)
}

fn process(before: &[&str], name: &str, folder: &Path) -> Child {
    let this = std::env::current_exe().expect("a program");
    let this = this.to_str().expect("text");
    let name = format!("sqlite::process::{name}");
    let arguments = ["--ignored", "--exact", &name, "--nocapture"];
    let line: Vec<&str> = [before, &[this], &arguments].concat();
    Command::new(line[0])
        .args(&line[1..])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("started")
}

/// The numbers that a process says, a line each.
fn numbers(child: &mut Child) -> impl Iterator<Item = u32> + use<> {
    let output = child.stdout.take().expect("piped");
    let lines = BufReader::new(output).lines().map_while(Result::ok);
    lines.filter_map(|line| line.strip_prefix("said ")?.parse().ok())
}

async fn number(store: &Sqlite, name: &str) -> u32 {
    let found = store.get(&key(name), at(0)).await.expect("read");
    found.map_or(0, |item| {
        u32::from_le_bytes(item.value.try_into().expect("four bytes"))
    })
}

fn putting(name: &str, number: u32, when: When) -> Write {
    let change = Change::Put {
        value: number.to_le_bytes().to_vec(),
        expires: None,
    };
    Write {
        key: key(name),
        when,
        change,
    }
}

#[tokio::test]
#[ignore = "a process of `several_processes_lose_no_count`"]
async fn counting() {
    let Some(folder) = given() else { return };
    let store = open(&folder).await.expect("opened");
    let mut counted = 0;
    while counted < 25 {
        let found = store.get(&key("a/count"), at(0)).await.expect("read");
        let when = found.map_or(When::Absent, |item| When::Version(item.version));
        let next = number(&store, "a/count").await + 1;
        match store
            .transact(&[putting("a/count", next, when)], at(0))
            .await
        {
            Ok(_) => counted += 1,
            Err(StoreError::Conflict) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn several_processes_lose_no_count() {
    let folder = tempdir().expect("a folder");
    let children: Vec<_> = (0..4)
        .map(|_| process(&[], "counting", folder.path()))
        .collect();
    for mut child in children {
        assert!(child.wait().expect("ended").success());
    }
    let store = open(folder.path()).await.expect("opened");
    assert_eq!(number(&store, "a/count").await, 100);
}

#[tokio::test]
#[ignore = "a process of `a_killed_process_leaves_whole_transactions`"]
async fn writing_both() {
    let Some(folder) = given() else { return };
    let store = open(&folder).await.expect("opened");
    let begun = number(&store, "a/left").await;
    for next in begun + 1.. {
        let both = ["a/left", "b/right"].map(|name| putting(name, next, When::Always));
        store.transact(&both, at(0)).await.expect("written");
        println!("said {next}");
    }
}

#[tokio::test]
async fn a_killed_process_leaves_whole_transactions() {
    let folder = tempdir().expect("a folder");
    let mut last = 0;
    for round in 0..8 {
        let mut child = process(&[], "writing_both", folder.path());
        let mut numbers = numbers(&mut child);
        let said = numbers.nth(10 + round).expect("it writes");
        child.kill().expect("killed");
        child.wait().expect("ended");
        let said = numbers.last().unwrap_or(said);
        let store = open(folder.path()).await.expect("opened");
        let left = number(&store, "a/left").await;
        assert_eq!(left, number(&store, "b/right").await);
        assert!(left == said || left == said + 1, "{left} after {said}");
        assert!(left > last, "{left} after {last}");
        last = left;
    }
}

#[tokio::test]
#[ignore = "a process of `a_file_of_somebody_else_is_told`"]
async fn denied() {
    let Some(folder) = given() else { return };
    let denied = Err(StoreError::Denied("`state.db` or its folder".to_owned()));
    assert_eq!(open(&folder).await.map(drop), denied);
    println!("said 1");
}

#[tokio::test]
async fn a_file_of_somebody_else_is_told() {
    let folder = tempdir().expect("a folder");
    drop(open(folder.path()).await.expect("opened"));
    let file = folder.path().join("state.db");
    let whole = fs::read(&file).expect("read");
    let set = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode));
    // The super-user may write everywhere, so that one has a process that is nobody's.
    let is_root = folder.path().metadata().expect("there").uid() == 0;
    let (file_mode, folder_mode, before) = match is_root {
        true => (
            0o444,
            0o555,
            &["setpriv", "--reuid=65534", "--clear-groups"][..],
        ),
        false => (0o400, 0o500, &[][..]),
    };
    set(&file, file_mode).expect("set");
    set(folder.path(), folder_mode).expect("set");
    let mut child = process(before, "denied", folder.path());
    assert_eq!(numbers(&mut child).last(), Some(1));
    child.wait().expect("ended");
    set(folder.path(), 0o700).expect("set");
    assert_eq!(fs::read(&file).expect("read"), whole);
}

const LARGE: usize = 30_000;

#[tokio::test]
#[ignore = "a process of `a_full_disk_is_told_and_reads_go_on`"]
async fn filling() {
    let Some(folder) = given() else { return };
    let store = open(&folder).await.expect("opened");
    let put = |nth: u32| {
        let name = key(&format!("a/{nth}"));
        let store = store.clone();
        async move {
            let value = vec![nth as u8; LARGE];
            store.put(&name, value, None, When::Absent, at(0)).await
        }
    };
    let mut there = 0;
    let error = loop {
        match put(there).await {
            Ok(_) => there += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(error, StoreError::Full);
    assert_eq!(put(there).await, Err(StoreError::Full));
    for nth in 0..there {
        let found = store.get(&key(&format!("a/{nth}")), at(0)).await;
        assert_eq!(
            found.expect("read").expect("there").value,
            [nth as u8; LARGE]
        );
    }
    println!("said {there}");
}

#[tokio::test]
async fn a_full_disk_is_told_and_reads_go_on() {
    let folder = tempdir().expect("a folder");
    // Files of half a megabyte at most; the signal that comes before the error is ignored.
    let limited = [
        "sh",
        "-c",
        "trap '' XFSZ; ulimit -f 1024; exec \"$0\" \"$@\"",
    ];
    let mut child = process(&limited, "filling", folder.path());
    let there = numbers(&mut child).last();
    assert!(child.wait().expect("ended").success());
    let there = there.expect("it has said how many there are");
    assert!(there > 4, "{there}");
    // With room again all are there, and nothing else.
    let store = open(folder.path()).await.expect("opened");
    for nth in 0..=there {
        let found = store.get(&key(&format!("a/{nth}")), at(0)).await;
        let length = found.expect("read").map(|item| item.value.len());
        assert_eq!(length, (nth < there).then_some(LARGE), "{nth}");
    }
    let put = store
        .put(&key("a/more"), vec![0; LARGE], None, When::Absent, at(0))
        .await;
    put.expect("put");
}
