use std::fs;
use std::path::Path;

use mesh_store::{Sqlite, Store as _, StoreError, When};
use tempfile::tempdir;

use super::{open, refused};
use crate::support::{at, key};

const ITEMS: usize = 120;
const PAGE: usize = 4096;

/// Of different lengths: some fill pages of their own.
fn value(nth: usize) -> Vec<u8> {
    let length = (nth * 389) % 6_000;
    (0..length).map(|at| ((at + nth) % 251) as u8).collect()
}

fn name(nth: usize) -> String {
    format!("item/{nth}")
}

async fn filled(folder: &Path) {
    let store = open(folder).await.expect("opened");
    for nth in 0..ITEMS {
        let put = store
            .put(&key(&name(nth)), value(nth), None, When::Always, at(0))
            .await;
        put.expect("put");
    }
}

/// How many items were told to be damaged; a wrong or missing one ends the test.
async fn damaged(store: &Sqlite) -> usize {
    let mut damaged = 0;
    for nth in 0..ITEMS {
        match store.get(&key(&name(nth)), at(0)).await {
            Ok(Some(item)) => assert_eq!(item.value, value(nth), "{nth}"),
            Ok(None) => panic!("{nth} is gone in silence"),
            Err(StoreError::Corrupt) => damaged += 1,
            Err(error) => panic!("{nth}: {error}"),
        }
    }
    damaged
}

#[tokio::test]
async fn nothing_damaged_is_read_wherever_the_damage_is() {
    let folder = tempdir().expect("a folder");
    filled(folder.path()).await;
    let file = folder.path().join("state.db");
    let whole = fs::read(&file).expect("read");
    assert!(whole.len() > 50 * PAGE, "{} bytes", whole.len());
    let (mut at_opening, mut at_reading) = (0, 0);
    for place in (0..whole.len()).step_by(PAGE / 2) {
        let mut bytes = whole.clone();
        for byte in &mut bytes[place..place + 16] {
            *byte ^= 0x5a;
        }
        let copy = tempdir().expect("a folder");
        fs::write(copy.path().join("state.db"), bytes).expect("written");
        match open(copy.path()).await {
            Ok(store) => at_reading += usize::from(damaged(&store).await > 0),
            Err(StoreError::Corrupt) => at_opening += 1,
            Err(error) => panic!("{place}: {error}"),
        }
    }
    assert!(
        at_opening > 20 && at_reading > 20,
        "{at_opening} {at_reading}"
    );
}

#[tokio::test]
async fn half_a_file_and_no_database_are_corrupt() {
    let folder = tempdir().expect("a folder");
    filled(folder.path()).await;
    let file = folder.path().join("state.db");
    let whole = fs::read(&file).expect("read");
    let half = whole[..whole.len() / 2 / PAGE * PAGE].to_vec();
    for bytes in [
        half,
        b"not a database, but long enough for its header. ".repeat(40),
    ] {
        let copy = tempdir().expect("a folder");
        fs::write(copy.path().join("state.db"), &bytes).expect("written");
        assert_eq!(refused(copy.path()).await, StoreError::Corrupt);
        let left = fs::read(copy.path().join("state.db")).expect("read");
        assert_eq!(left, bytes, "what is damaged is left as it is");
    }
}
