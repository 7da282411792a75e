//! Any sequence of operations on a file does what it does to a map.

use std::collections::BTreeMap;
use std::time::Duration;

use mesh_store::{Change, Item, Key, Sqlite, Store as _, StoreError, When, Write};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{at, key, prefix, start, within_ms};

const NAMES: [&str; 6] = ["f/a", "f/a/b", "f/b", "f/~", "g/a", "g/b/c"];
const PREFIXES: [&str; 5] = ["f/", "f/a", "f/a/", "g/", "g/b/c/"];

#[derive(Clone, Copy, Debug)]
enum Condition {
    Always,
    Absent,
    /// The version that the item has.
    Same,
    /// The one it had before that, or none that ever was.
    Old,
}

#[derive(Clone, Debug)]
struct Planned {
    name: usize,
    condition: Condition,
    /// The value, and in how many seconds it expires; nothing to delete.
    put: Option<(Vec<u8>, Option<u64>)>,
}

#[derive(Clone, Debug)]
enum Step {
    Write(Vec<Planned>),
    List {
        prefix: usize,
        after: Option<usize>,
        limit: usize,
    },
    Wait(u64),
}

fn planned() -> impl Strategy<Value = Planned> {
    let condition = prop_oneof![
        Just(Condition::Always),
        Just(Condition::Absent),
        Just(Condition::Same),
        Just(Condition::Old),
    ];
    let put = (vec(any::<u8>(), 0..4), proptest::option::of(0_u64..8));
    let put = proptest::option::weighted(0.8, put);
    (0..NAMES.len(), condition, put).prop_map(|(name, condition, put)| Planned {
        name,
        condition,
        put,
    })
}

fn step() -> impl Strategy<Value = Step> {
    let after = proptest::option::of(0..NAMES.len());
    prop_oneof![
        6 => vec(planned(), 1..4).prop_map(Step::Write),
        2 => (0..PREFIXES.len(), after, 1_usize..4)
            .prop_map(|(prefix, after, limit)| Step::List { prefix, after, limit }),
        1 => (1_u64..4).prop_map(Step::Wait),
    ]
}

/// What the file should hold, and the time.
#[derive(Debug, Default)]
struct Model {
    items: BTreeMap<Key, Item>,
    old: BTreeMap<Key, u64>,
    seconds: u64,
}

impl Model {
    fn live(&self, key: &Key) -> Option<&Item> {
        let now = at(self.seconds).now;
        let item = self.items.get(key)?;
        item.expires.is_none_or(|ends| ends > now).then_some(item)
    }

    fn write(&self, planned: &Planned) -> Write {
        let key = key(NAMES[planned.name]);
        let when = match planned.condition {
            Condition::Always => When::Always,
            Condition::Absent => When::Absent,
            Condition::Same => When::Version(self.items.get(&key).map_or(1, |item| item.version)),
            Condition::Old => When::Version(self.old.get(&key).copied().unwrap_or(2)),
        };
        let change = match planned.put.clone() {
            Some((value, ends)) => Change::Put {
                value,
                expires: ends.map(|ends| start() + Duration::from_secs(self.seconds + ends)),
            },
            None => Change::Delete,
        };
        Write { key, when, change }
    }

    fn holds(&self, write: &Write) -> bool {
        let version = self.live(&write.key).map(|item| item.version);
        match write.when {
            When::Always => true,
            When::Absent => version.is_none(),
            When::Version(expected) => version == Some(expected),
        }
    }

    fn apply(&mut self, writes: Vec<Write>, versions: &[u64]) {
        let mut versions = versions.iter();
        for Write { key, change, .. } in writes {
            let former = match change {
                Change::Put { value, expires } => {
                    let version = *versions.next().expect("one for each put");
                    let item = Item {
                        value,
                        version,
                        expires,
                    };
                    self.items.insert(key.clone(), item)
                }
                Change::Delete => self.items.remove(&key),
                Change::Keep => None,
            };
            if let Some(former) = former {
                self.old.insert(key, former.version);
            }
        }
        assert!(versions.next().is_none());
    }

    fn list(&self, prefix: &str, after: Option<&Key>) -> Vec<(Key, Item)> {
        let items = self.items.keys();
        items
            .filter(|key| key.as_str().starts_with(prefix))
            .filter(|key| after.is_none_or(|after| *key > after))
            .filter_map(|key| Some((key.clone(), self.live(key)?.clone())))
            .collect()
    }
}

async fn check(steps: Vec<Step>) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Sqlite::open(folder.path(), within_ms(10_000));
    let store = store.await.expect("opened");
    let mut model = Model::default();
    for step in steps {
        match step {
            Step::Wait(seconds) => model.seconds += seconds,
            Step::Write(planned) => write(&store, &mut model, &planned).await,
            Step::List {
                prefix: under,
                after,
                limit,
            } => {
                let under = PREFIXES[under];
                let after = after.map(|nth| key(NAMES[nth]));
                let within = at(model.seconds);
                let page = store
                    .list(&prefix(under), after.as_ref(), limit, within)
                    .await;
                let page = page.expect("listed");
                let mut expected = model.list(under, after.as_ref());
                assert_eq!(page.next.is_some(), expected.len() > limit);
                expected.truncate(limit);
                assert_eq!(page.items, expected);
            }
        }
        for name in NAMES {
            let found = store.get(&key(name), at(model.seconds)).await;
            assert_eq!(found.expect("read").as_ref(), model.live(&key(name)));
        }
    }
}

async fn write(store: &Sqlite, model: &mut Model, planned: &[Planned]) {
    let mut writes: Vec<Write> = Vec::new();
    for write in planned.iter().map(|planned| model.write(planned)) {
        if writes.iter().all(|other| other.key != write.key) {
            writes.push(write);
        }
    }
    let answer = store.transact(&writes, at(model.seconds)).await;
    if writes.iter().all(|write| model.holds(write)) {
        model.apply(writes, &answer.expect("written"));
    } else {
        assert_eq!(answer, Err(StoreError::Conflict));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_file_does_what_a_map_does(steps in vec(step(), 1..24)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.expect("a runtime").block_on(check(steps));
    }
}
