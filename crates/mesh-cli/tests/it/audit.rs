use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use mesh_core::{Deadline, Effect};
use mesh_doors::audit::{Chain, Decision, Entry, KeptLine, Outcome, anchor, keep};
use mesh_store::{Key, Sqlite, Store as _, When, Within};
use tempfile::TempDir;

use crate::support::{Ran, run, text, unread};

fn written(chain: &mut Chain, count: usize) -> Vec<String> {
    let entry = Entry {
        at: SystemTime::UNIX_EPOCH,
        caller: "key:ci",
        team: Some("readers"),
        tool: "search_jira_tickets",
        effect: Effect::Read,
        decision: Decision::Allowed,
        arguments: "",
        duration: Duration::from_millis(7),
        outcome: Outcome::Answered,
        request_id: "1",
    };
    (0..count).map(|_| chain.append(&entry)).collect()
}

/// Files of ten lines of one chain, six and four.
struct Record {
    folder: TempDir,
    chain: Chain,
    lines: Vec<String>,
}

impl Record {
    fn new() -> Self {
        let mut chain = Chain::new("prod", "one");
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            lines: written(&mut chain, 10),
            chain,
        }
    }

    fn file(&self, name: &str, lines: &[String]) -> PathBuf {
        let file = self.folder.path().join(name);
        fs::write(&file, lines.join("\n") + "\n").expect("written");
        file
    }

    /// What was said of the lines in two files, with the folder's name taken out.
    fn verify(&self, options: &[&str]) -> Ran {
        let half = self.lines.len().min(6);
        let files = [
            self.file("a", &self.lines[..half]),
            self.file("b", &self.lines[half..]),
        ];
        let files = files.iter().map(|file| text(file));
        let arguments: Vec<_> = ["audit", "verify"]
            .into_iter()
            .chain(options.iter().copied())
            .chain(files)
            .collect();
        let folder = format!("{}/", text(self.folder.path()));
        let ran = run(&arguments);
        Ran {
            code: ran.code,
            stdout: ran.stdout.replace(&folder, ""),
            stderr: ran.stderr.replace(&folder, ""),
        }
    }
}

#[test]
fn a_record_that_is_whole_is_said_to_be() {
    let ran = Record::new().verify(&[]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(
        ran.stdout,
        "prod one: 1 to 10, whole, as far as its lines tell\n"
    );
}

#[test]
fn a_fault_is_told_with_its_file_and_line() {
    let mut record = Record::new();
    record.lines[7] = record.lines[7].replace("allowed", "refused: policy");
    let ran = record.verify(&[]);
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (1, "error: b: line 2 was changed\n")
    );
    assert_eq!(ran.stdout, "prod one: 1 to 10, not whole\n");

    let mut record = Record::new();
    record.lines[2] = "something else".to_owned();
    let ran = record.verify(&[]);
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.stderr,
        "error: a: line 3 is none of the record\n\
         error: a: line 4 follows a gap: number 3 is missing\n"
    );
}

#[test]
fn a_fault_is_a_failure_though_nobody_reads_what_is_said_of_it() {
    let mut record = Record::new();
    let whole = record.file("whole", &record.lines);
    assert_eq!(unread(&["audit", "verify", text(&whole)]).code, 0);
    record.lines[7] = record.lines[7].replace("allowed", "refused: policy");
    let changed = record.file("changed", &record.lines);
    let ran = unread(&["audit", "verify", text(&changed)]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.ends_with(": line 8 was changed\n"), "{ran:?}");
}

fn within() -> Within {
    Within {
        now: SystemTime::now(),
        deadline: Deadline::after(Instant::now(), Duration::from_secs(20)),
    }
}

fn kept(chain: &Chain, state: &Path) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Sqlite::open(state, within().deadline).await;
        let tomorrow = SystemTime::now() + Duration::from_secs(24 * 60 * 60);
        let kept = anchor(&store.expect("opened"), chain, tomorrow, within()).await;
        kept.expect("kept");
    });
}

#[test]
fn a_cut_end_shows_beside_the_head_that_was_kept() {
    let mut record = Record::new();
    let state = record.folder.path().join("state");
    let option = ["--state", text(&state)];
    let ran = record.verify(&option);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert_eq!(ran.stderr, "error: there is no `state.db` in `state`\n");

    kept(&Chain::new("prod", "two"), &state);
    let ran = record.verify(&option);
    assert_eq!(ran.code, 3, "{ran:?}");

    kept(&record.chain, &state);
    let ran = record.verify(&option);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(
        ran.stdout,
        "prod one: 1 to 10, whole, up to the head that was kept\n"
    );

    record.lines.truncate(8);
    let ran = record.verify(&option);
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.stderr,
        "error: b: line 2 is the last, and lines up to number 10 are missing\n"
    );
}

#[test]
fn a_chain_that_is_gone_is_missed_beside_the_head_that_was_kept() {
    let record = Record::new();
    let state = record.folder.path().join("state");
    kept(&record.chain, &state);
    for environment in ["prod", "staging"] {
        let mut gone = Chain::new(environment, "two");
        written(&mut gone, 7);
        kept(&gone, &state);
    }
    let ran = record.verify(&["--state", text(&state)]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(
        ran.stderr,
        "error: prod two: no line is there, and 7 were written at least\n"
    );
}

/// Writes lines of chains and keeps their heads, as servers do, until the test has seen enough.
fn growing(state: &Path, until: &AtomicBool) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let store = runtime.block_on(Sqlite::open(state, within().deadline));
    let store = store.expect("opened");
    let tomorrow = SystemTime::now() + Duration::from_secs(24 * 60 * 60);
    for instance in 0_usize.. {
        let mut chain = Chain::new("prod", &format!("server-{instance}"));
        for _ in 0..20 {
            let line = written(&mut chain, 1).remove(0);
            let line = KeptLine::last_of(&chain, line, tomorrow).expect("a key");
            let kept = runtime.block_on(keep(&store, &[line], within()));
            kept.expect("kept");
            let kept = runtime.block_on(anchor(&store, &chain, tomorrow, within()));
            kept.expect("kept");
            if until.load(Ordering::Relaxed) {
                return;
            }
        }
    }
}

#[test]
fn a_record_that_goes_on_while_it_is_read_is_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state");
    kept(&Chain::new("prod", "first"), &state);
    let is_enough = AtomicBool::new(false);
    let faults: Vec<_> = std::thread::scope(|scope| {
        scope.spawn(|| growing(&state, &is_enough));
        let verified = (0..20).map(|_| run(&["audit", "verify", "--state", text(&state)]));
        let faults = verified.filter(|ran| ran.code == 1).collect();
        is_enough.store(true, Ordering::Relaxed);
        faults
    });
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn lines_in_the_state_are_verified_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state");
    let arguments = ["audit", "verify", "--state", text(&state)];
    let mut chain = Chain::new("prod", "one");
    let tomorrow = SystemTime::now() + Duration::from_secs(24 * 60 * 60);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let store = runtime.block_on(Sqlite::open(&state, within().deadline));
    let store = store.expect("opened");
    for _ in 0..12 {
        let line = written(&mut chain, 1).remove(0);
        let line = KeptLine::last_of(&chain, line, tomorrow).expect("a key");
        let kept = runtime.block_on(keep(&store, &[line], within()));
        kept.expect("kept");
    }
    kept(&chain, &state);
    let ran = run(&arguments);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(
        ran.stdout,
        "prod one: 1 to 12, whole, up to the head that was kept\n"
    );
    let key = |seq: u64| Key::new(&format!("record/prod/one/{seq:020}")).expect("a key");
    let (fifth, last) = (key(5), key(12));
    let other = b"something else".to_vec();
    let put = store.put(&fifth, other, None, When::Always, within());
    runtime.block_on(put).expect("written");
    let gone = store.delete(&last, When::Always, within());
    runtime.block_on(gone).expect("deleted");
    let ran = run(&arguments);
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.stderr,
        format!(
            "error: {}: line 1 is none of the record\nerror: {}: line 1 follows a gap: number 5 is missing\n",
            key(5).as_str(),
            key(6).as_str()
        )
    );
}
