//! What can become of a file.

mod damage;
mod process;

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use futures::future::join_all;
use mesh_store::{Sqlite, Store as _, StoreError, When, Within};
use rusqlite::Connection;
use tempfile::tempdir;

use crate::support::{at, key, within_ms};

async fn open(folder: &Path) -> Result<Sqlite, StoreError> {
    Sqlite::open(folder, within_ms(10_000)).await
}

async fn refused(folder: &Path) -> StoreError {
    open(folder).await.expect_err("refused")
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("there").permissions().mode() & 0o777
}

#[tokio::test]
async fn it_is_for_its_owner_alone() {
    let base = tempdir().expect("a folder");
    let folder = base.path().join("state/mesh");
    let store = open(&folder).await.expect("opened");
    let put = store
        .put(&key("a/b"), Vec::new(), None, When::Always, at(0))
        .await;
    put.expect("put");
    assert_eq!(mode(&folder), 0o700);
    for name in ["state.db", "state.db-wal", "state.db-shm"] {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
}

#[tokio::test]
async fn one_that_others_may_read_is_taken_from_them() {
    let folder = tempdir().expect("a folder");
    let file = folder.path().join("state.db");
    fs::write(&file, "").expect("written");
    fs::set_permissions(&file, Permissions::from_mode(0o644)).expect("set");
    open(folder.path()).await.expect("opened");
    assert_eq!(mode(&file), 0o600);
}

#[tokio::test]
async fn what_is_no_file_is_refused() {
    let folder = tempdir().expect("a folder");
    let file = folder.path().join("state.db");
    symlink("/nowhere", &file).expect("linked");
    let link = refused(folder.path()).await;
    assert!(link.to_string().contains("no regular file"), "{link}");
    let in_a_file = tempfile::NamedTempFile::new().expect("a file");
    let nowhere = refused(in_a_file.path()).await;
    assert!(matches!(nowhere, StoreError::Refused(_)), "{nowhere:?}");
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let folder = tempdir().expect("a folder");
    drop(open(folder.path()).await.expect("opened"));
    let file = Connection::open(folder.path().join("state.db")).expect("opened");
    file.pragma_update(None, "user_version", 2).expect("set");
    assert_eq!(refused(folder.path()).await, StoreError::Newer);
    let version = file.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0));
    assert_eq!(version, Ok(2));
}

#[tokio::test]
async fn another_programs_file_is_refused() {
    let folder = tempdir().expect("a folder");
    let file = Connection::open(folder.path().join("state.db")).expect("opened");
    file.execute_batch("CREATE TABLE theirs (a)").expect("made");
    let refused = refused(folder.path()).await.to_string();
    assert!(refused.contains("another program's file"), "{refused}");
}

#[tokio::test]
async fn a_lock_is_waited_for_until_the_deadline_and_reads_go_on() {
    let folder = tempdir().expect("a folder");
    let store = open(folder.path()).await.expect("opened");
    let name = key("a/b");
    let put = async |deadline| {
        let within = Within { deadline, ..at(0) };
        let put = store
            .put(&name, b"1".to_vec(), None, When::Always, within)
            .await;
        put.map(drop)
    };
    put(within_ms(10_000)).await.expect("put");
    let other = Connection::open(folder.path().join("state.db")).expect("opened");
    other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    let refused = put(within_ms(500)).await;
    // On a busy machine the deadline is over before SQLite has said that the lock is held.
    let is_refused = matches!(refused, Err(StoreError::Busy | StoreError::TimedOut));
    assert!(is_refused, "{refused:?}");
    let read = store.get(&name, at(0)).await.expect("read");
    assert_eq!(read.expect("there").value, b"1");
    other.execute_batch("COMMIT").expect("let go");
    put(within_ms(10_000)).await.expect("put");
}

#[tokio::test]
async fn several_that_open_a_new_file_at_once_share_it() {
    let folder = tempdir().expect("a folder");
    let opened = join_all((0..16).map(|_| open(folder.path()))).await;
    let stores: Vec<_> = opened.into_iter().collect::<Result<_, _>>().expect("all");
    let name = key("a/b");
    let put = stores[0]
        .put(&name, b"1".to_vec(), None, When::Always, at(0))
        .await;
    let version = put.expect("put");
    for store in &stores {
        let found = store.get(&name, at(0)).await.expect("read");
        assert_eq!(found.expect("there").version, version);
    }
}

#[tokio::test]
async fn what_has_expired_is_swept_by_writes() {
    let folder = tempdir().expect("a folder");
    let store = open(folder.path()).await.expect("opened");
    for nth in 0..40 {
        let within = at(nth);
        let ends = Some(within.now);
        let name = key(&format!("a/{nth}"));
        let put = store
            .put(&name, Vec::new(), ends, When::Always, within)
            .await;
        put.expect("put");
    }
    let file = Connection::open(folder.path().join("state.db")).expect("opened");
    let count = file.query_row("SELECT count(*) FROM item", [], |row| row.get::<_, i64>(0));
    assert_eq!(count, Ok(0));
}
