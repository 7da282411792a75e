//! What holds of every place, a function a fact. Each has a family of its own, for places that outlive the test.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use mesh_store::{
    Change, Item, Key, MAX_TOTAL_BYTES, MAX_VALUE_BYTES, MAX_WRITES, Page, Store, StoreError, When,
    Within, Write,
};

use crate::support::{at, key, prefix, start, within_ms};

/// A key of the test's own.
fn own(fact: &str, name: &str) -> Key {
    key(&format!("{fact}/{name}"))
}

async fn put(store: &dyn Store, key: &Key, value: &[u8], when: When) -> Result<u64, StoreError> {
    store.put(key, value.to_vec(), None, when, at(0)).await
}

async fn held(store: &dyn Store, key: &Key, within: Within) -> Option<Item> {
    store.get(key, within).await.expect("read")
}

async fn value(store: &dyn Store, key: &Key) -> Option<Vec<u8>> {
    held(store, key, at(0)).await.map(|item| item.value)
}

pub(crate) async fn what_is_put_is_got(store: Arc<dyn Store>) {
    let key = own("got", "a");
    assert_eq!(held(&*store, &key, at(0)).await, None);
    let all: Vec<u8> = (0..=255).collect();
    let ends = start() + Duration::from_millis(9_001);
    for (value, expires) in [(all, Some(ends)), (Vec::new(), None)] {
        let version = store
            .put(&key, value.clone(), expires, When::Always, at(0))
            .await
            .expect("put");
        let expected = Item {
            value,
            version,
            expires: expires.map(|_| start() + Duration::from_secs(10)),
        };
        assert_eq!(held(&*store, &key, at(9)).await, Some(expected));
    }
}

pub(crate) async fn an_absent_item_is_put_once(store: Arc<dyn Store>) {
    let key = own("once", "a");
    let first = put(&*store, &key, b"first", When::Absent).await;
    let second = put(&*store, &key, b"second", When::Absent).await;
    assert!(first.is_ok(), "{first:?}");
    assert_eq!(second, Err(StoreError::Conflict));
    assert_eq!(value(&*store, &key).await, Some(b"first".to_vec()));
}

pub(crate) async fn a_version_is_good_for_one_write(store: Arc<dyn Store>) {
    let key = own("version", "a");
    let missing = put(&*store, &key, b"0", When::Version(1)).await;
    assert_eq!(missing, Err(StoreError::Conflict));
    let first = put(&*store, &key, b"1", When::Always).await.expect("put");
    let second = put(&*store, &key, b"2", When::Version(first)).await;
    let second = second.expect("put");
    assert_ne!(first, second);
    let again = put(&*store, &key, b"3", When::Version(first)).await;
    assert_eq!(again, Err(StoreError::Conflict));
    // Nor is it good for an item that took the place of the one that had it.
    let deleted = store.delete(&key, When::Always, at(0)).await;
    deleted.expect("deleted");
    put(&*store, &key, b"4", When::Absent).await.expect("put");
    for version in [first, second] {
        let old = put(&*store, &key, b"5", When::Version(version)).await;
        assert_eq!(old, Err(StoreError::Conflict));
    }
    assert_eq!(value(&*store, &key).await, Some(b"4".to_vec()));
}

pub(crate) async fn an_item_that_has_expired_is_not_there(store: Arc<dyn Store>) {
    let keys = [own("expired", "a"), own("expired", "b")];
    let ends = Some(start() + Duration::from_secs(10));
    let mut versions = Vec::new();
    for key in &keys {
        let version = store
            .put(key, b"1".to_vec(), ends, When::Always, at(0))
            .await;
        versions.push(version.expect("put"));
    }
    let listed = async |within| {
        let page = store.list(&prefix("expired/"), None, 10, within).await;
        page.expect("listed").items.len()
    };
    assert_eq!(listed(at(9)).await, 2);
    assert_eq!(listed(at(10)).await, 0);
    assert_eq!(held(&*store, &keys[0], at(10)).await, None);
    let old = When::Version(versions[0]);
    let refused = store.put(&keys[0], b"2".to_vec(), None, old, at(10)).await;
    assert_eq!(refused, Err(StoreError::Conflict));
    let absent = store
        .put(&keys[0], b"3".to_vec(), None, When::Absent, at(10))
        .await;
    absent.expect("put");
    assert_eq!(value(&*store, &keys[0]).await, Some(b"3".to_vec()));
}

pub(crate) async fn a_delete_has_conditions_too(store: Arc<dyn Store>) {
    let key = own("deleted", "a");
    store
        .delete(&key, When::Always, at(0))
        .await
        .expect("nothing to do");
    let missing = store.delete(&key, When::Version(7), at(0)).await;
    assert_eq!(missing, Err(StoreError::Conflict));
    let version = put(&*store, &key, b"1", When::Always).await.expect("put");
    let other = store.delete(&key, When::Version(version ^ 1), at(0)).await;
    assert_eq!(other, Err(StoreError::Conflict));
    assert_eq!(value(&*store, &key).await, Some(b"1".to_vec()));
    let same = store.delete(&key, When::Version(version), at(0)).await;
    same.expect("deleted");
    assert_eq!(value(&*store, &key).await, None);
}

pub(crate) async fn a_list_is_in_order_and_in_pages(store: Arc<dyn Store>) {
    for name in ["x/b", "x/a/2", "x/~", "x/a", "x/!", "x/a/10", "xx/a", "w/z"] {
        let key = own("list", name);
        let put = put(&*store, &key, name.as_bytes(), When::Always).await;
        put.expect("put");
    }
    let all = ["x/!", "x/a", "x/a/10", "x/a/2", "x/b", "x/~"];
    for limit in [1, 2, 3, 6, 100] {
        assert_eq!(pages(&*store, "list/x/", limit).await, all, "{limit}");
    }
    assert_eq!(pages(&*store, "list/x/a", 2).await, all[1..4]);
    assert_eq!(pages(&*store, "list/x/a/", 2).await, all[2..4]);
    assert_eq!(pages(&*store, "list/y", 2).await, [""; 0]);
    let after = async |after| {
        let page = store
            .list(&prefix("list/x/"), Some(&own("list", after)), 100, at(0))
            .await;
        page.expect("listed").items.len()
    };
    for (from, left) in [("a", 6), ("x/a/1", 4), ("x/b", 1), ("x/~", 0), ("y", 0)] {
        assert_eq!(after(from).await, left, "{from}");
    }
}

async fn pages(store: &dyn Store, under: &str, limit: usize) -> Vec<String> {
    let mut names = Vec::new();
    let mut after = None;
    loop {
        let page = store
            .list(&prefix(under), after.as_ref(), limit, at(0))
            .await;
        let Page { items, next } = page.expect("listed");
        assert!(items.len() <= limit, "{} of {limit}", items.len());
        names.extend(items.into_iter().map(|(key, item)| {
            let name = key.as_str().strip_prefix("list/").expect("in the family");
            assert_eq!(item.value, name.as_bytes());
            name.to_owned()
        }));
        match next {
            Some(next) => after = Some(next),
            None => return names,
        }
    }
}

pub(crate) async fn a_page_of_large_items_ends_early(store: Arc<dyn Store>) {
    for nth in 0..8_u8 {
        let value = vec![nth; MAX_VALUE_BYTES];
        let key = own("large", &nth.to_string());
        put(&*store, &key, &value, When::Always).await.expect("put");
    }
    let (mut sizes, mut after) = (Vec::new(), None);
    loop {
        let page = store
            .list(&prefix("large/"), after.as_ref(), 100, at(0))
            .await;
        let page = page.expect("listed");
        assert!(
            page.items.len() <= 5,
            "{} of a quarter of a MB",
            page.items.len()
        );
        sizes.extend(page.items.iter().map(|(_, item)| item.value.len()));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [MAX_VALUE_BYTES; 8]);
}

fn write(key: &Key, when: When, change: Change) -> Write {
    Write {
        key: key.clone(),
        when,
        change,
    }
}

fn putting(value: &[u8]) -> Change {
    Change::Put {
        value: value.to_vec(),
        expires: None,
    }
}

pub(crate) async fn a_transaction_is_whole_or_nothing(store: Arc<dyn Store>) {
    let [a, b, c] = ["a", "b", "c"].map(|name| own("whole", name));
    let version = put(&*store, &c, b"c", When::Always).await.expect("put");
    let writes = |when| {
        [
            write(&a, When::Always, putting(b"a")),
            write(&b, when, putting(b"b")),
            write(&c, When::Version(version), Change::Delete),
        ]
    };
    let refused = store.transact(&writes(When::Version(1)), at(0)).await;
    assert_eq!(refused, Err(StoreError::Conflict));
    assert_eq!(value(&*store, &a).await, None);
    assert_eq!(value(&*store, &c).await, Some(b"c".to_vec()));

    let versions = store.transact(&writes(When::Absent), at(0)).await;
    let versions = versions.expect("written");
    let mut found = Vec::new();
    for key in [&a, &b] {
        found.extend(held(&*store, key, at(0)).await.map(|item| item.version));
    }
    assert_eq!(found, versions);
    assert_eq!(value(&*store, &c).await, None);
    assert_eq!(store.transact(&[], at(0)).await, Ok(Vec::new()));
}

pub(crate) async fn a_transaction_hangs_on_what_it_only_checks(store: Arc<dyn Store>) {
    let [a, b] = ["a", "b"].map(|name| own("checked", name));
    let writes = |when| {
        [
            write(&a, when, Change::Keep),
            write(&b, When::Always, putting(b"b")),
        ]
    };
    let refused = store.transact(&writes(When::Version(1)), at(0)).await;
    assert_eq!(refused, Err(StoreError::Conflict));
    assert_eq!(value(&*store, &b).await, None);
    let written = store.transact(&writes(When::Absent), at(0)).await;
    written.expect("written");
    assert_eq!(value(&*store, &a).await, None);
    assert_eq!(value(&*store, &b).await, Some(b"b".to_vec()));
    let alone = [write(&b, When::Absent, Change::Keep)];
    assert_eq!(
        store.transact(&alone, at(0)).await,
        Err(StoreError::Conflict)
    );
    let nothing = [write(&b, When::Always, Change::Keep)];
    assert_eq!(store.transact(&nothing, at(0)).await, Ok(Vec::new()));
}

pub(crate) async fn what_is_too_large_is_refused(store: Arc<dyn Store>) {
    let named = |nth: usize| own("bounds", &nth.to_string());
    let large = vec![0; MAX_VALUE_BYTES + 1];
    let refused = put(&*store, &named(0), &large, When::Always).await;
    let too_large = |what, limit| Err(StoreError::TooLarge { what, limit });
    assert_eq!(refused, too_large("a value", MAX_VALUE_BYTES));

    let together = |count: usize, bytes: usize| {
        (0..count)
            .map(|nth| write(&named(nth), When::Always, putting(&vec![0; bytes])))
            .collect::<Vec<_>>()
    };
    let few = together(5, MAX_TOTAL_BYTES / 5 + 1);
    let refused = store.transact(&few, at(0)).await.map(drop);
    assert_eq!(
        refused,
        too_large("a transaction", MAX_TOTAL_BYTES).map(|_: u64| ())
    );
    let many = store.transact(&together(MAX_WRITES + 1, 0), at(0)).await;
    assert!(matches!(many, Err(StoreError::Refused(_))), "{many:?}");
    let twice = [&together(1, 1)[..], &together(1, 1)[..]].concat();
    let twice = store.transact(&twice, at(0)).await;
    assert!(matches!(twice, Err(StoreError::Refused(_))), "{twice:?}");
    assert_eq!(value(&*store, &named(0)).await, None);
    let most = store.transact(&together(MAX_WRITES, 1), at(0)).await;
    assert_eq!(most.expect("written").len(), MAX_WRITES);
}

pub(crate) async fn fifty_at_once_put_one(store: Arc<dyn Store>) {
    let tasks = (0..50_u8).map(|nth| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            store
                .put(&own("fifty", "a"), vec![nth], None, When::Absent, at(0))
                .await
        })
    });
    let answers: Vec<_> = join_all(tasks).await;
    let answers = answers.into_iter().map(|answer| answer.expect("ended"));
    let (first, others): (Vec<_>, Vec<_>) = answers.partition(Result::is_ok);
    assert_eq!(first.len(), 1);
    assert_eq!(others, vec![Err(StoreError::Conflict); 49]);
}

pub(crate) async fn fifty_at_once_lose_no_count(store: Arc<dyn Store>) {
    let tasks = (0..50).map(|_| tokio::spawn(count(Arc::clone(&store))));
    for task in join_all(tasks).await {
        task.expect("ended");
    }
    let total = value(&*store, &own("count", "a")).await;
    assert_eq!(total, Some(50_u32.to_le_bytes().to_vec()));
}

/// Adds one, as often as it takes.
async fn count(store: Arc<dyn Store>) {
    let key = own("count", "a");
    loop {
        let found = held(&*store, &key, at(0)).await;
        let (when, total) = found.map_or((When::Absent, 0), |item| {
            let total = item.value.try_into().expect("four bytes");
            (When::Version(item.version), u32::from_le_bytes(total))
        });
        match put(&*store, &key, &(total + 1).to_le_bytes(), when).await {
            Ok(_) => return,
            Err(StoreError::Conflict) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

pub(crate) async fn a_spent_deadline_reads_and_writes_nothing(store: Arc<dyn Store>) {
    let key = own("spent", "a");
    let spent = Within {
        deadline: within_ms(0),
        ..at(0)
    };
    assert_eq!(store.get(&key, spent).await, Err(StoreError::TimedOut));
    let put = store
        .put(&key, b"1".to_vec(), None, When::Always, spent)
        .await;
    assert_eq!(put, Err(StoreError::TimedOut));
    assert_eq!(value(&*store, &key).await, None);
}
