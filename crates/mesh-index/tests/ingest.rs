//! A corpus over the life of its sources: what is read, what is not read again, what leaves, and what is told.

use std::fs;
use std::path::{Path, PathBuf};

use mesh_index::ingest::SkipReason;
use mesh_index::run::{Count, IndexError, Plan, Silent, Summary, index};
use mesh_index::store::{Source, SourceKind, Writer};
use tempfile::TempDir;

struct Workshop {
    folder: TempDir,
}

impl Workshop {
    fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        fs::create_dir(folder.path().join("docs")).expect("an empty folder");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(&path, content).expect("a written file");
        // Old enough to be settled, so that the next run need not compare content.
        let file = fs::File::options()
            .write(true)
            .open(&path)
            .expect("the file");
        let hour_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
        file.set_modified(hour_ago).expect("a time");
    }

    fn index(&self, plan: &Plan) -> Result<Summary, IndexError> {
        index(&self.path("corpus"), plan, &mut Silent)
    }

    fn knowledge(&self) -> Plan {
        Plan {
            knowledge: vec![self.path("docs")],
            ..Plan::default()
        }
    }

    fn index_docs(&self) -> Summary {
        self.index(&self.knowledge()).expect("a run")
    }

    fn files(&self, kind: SourceKind, path: &str) -> Vec<String> {
        let writer = Writer::open(&self.path("corpus"), None).expect("a corpus");
        let source = Source {
            kind,
            path: shown(&self.path(path)),
        };
        let files = writer.files(&source).expect("its files");
        let root = format!("{}/", shown(self.folder.path()));
        files
            .into_keys()
            .map(|file| file.replace(&root, ""))
            .collect()
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn knowledge(summary: &Summary) -> Count {
    summary.counts[&SourceKind::Knowledge]
}

fn reasons(summary: &Summary) -> Vec<(String, SkipReason)> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let mut reasons: Vec<_> = summary
        .skipped
        .iter()
        .map(|skipped| (name(&skipped.path), skipped.reason.clone()))
        .collect();
    reasons.sort_by(|one, other| one.0.cmp(&other.0));
    reasons
}

#[test]
fn unchanged_files_are_not_read_again() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "# A\n\nAlpha.\n");
    shop.write("docs/b.html", "<title>B</title><p>Beta.</p>");
    shop.write("docs/logo.svg", "<svg/>");
    let first = shop.index_docs();
    let counted = Count {
        read: 2,
        other: 1,
        passages: 2,
        ..Count::default()
    };
    assert_eq!(knowledge(&first), counted);
    assert_eq!(first.bytes, 40);

    let second = shop.index_docs();
    let counted = Count {
        unchanged: 2,
        other: 1,
        passages: 2,
        ..Count::default()
    };
    assert_eq!((knowledge(&second), second.bytes), (counted, 0));
}

#[test]
fn edited_files_are_read_and_deleted_ones_leave_and_renamed_ones_move() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "# A\n\nAlpha.\n");
    shop.write("docs/b.md", "# B\n\nBeta.\n");
    shop.write("docs/c.md", "# C\n\nGamma.\n");
    shop.index_docs();
    shop.write("docs/a.md", "# A\n\nAlpha, edited.\n");
    fs::remove_file(shop.path("docs/b.md")).expect("deleted");
    fs::rename(shop.path("docs/c.md"), shop.path("docs/d.md")).expect("renamed");
    let counted = Count {
        read: 2,
        removed: 2,
        passages: 2,
        ..Count::default()
    };
    assert_eq!(knowledge(&shop.index_docs()), counted);
    assert_eq!(
        shop.files(SourceKind::Knowledge, "docs"),
        ["docs/a.md", "docs/d.md"]
    );
}

#[test]
fn an_edit_that_keeps_size_and_time_of_a_fresh_file_is_seen() {
    let shop = Workshop::new();
    let path = shop.path("docs/a.md");
    fs::write(&path, "one").expect("written");
    let modified = fs::metadata(&path)
        .and_then(|found| found.modified())
        .expect("a time");
    shop.index_docs();
    fs::write(&path, "two").expect("written");
    let file = fs::File::options()
        .write(true)
        .open(&path)
        .expect("the file");
    file.set_modified(modified).expect("a time");
    assert_eq!(knowledge(&shop.index_docs()).read, 1);
}

#[test]
fn a_touched_file_with_the_same_content_is_not_read() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "one");
    shop.index_docs();
    fs::write(shop.path("docs/a.md"), "one").expect("written");
    assert_eq!(knowledge(&shop.index_docs()).unchanged, 1);
}

#[test]
fn newly_ignored_files_leave() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "one");
    shop.write("docs/draft.md", "two");
    shop.index_docs();
    shop.write("docs/.gitignore", "draft.md\n");
    assert_eq!(knowledge(&shop.index_docs()).removed, 1);
    assert_eq!(shop.files(SourceKind::Knowledge, "docs"), ["docs/a.md"]);
}

#[test]
fn what_cannot_be_read_is_named_with_the_reason() {
    let shop = Workshop::new();
    shop.write("docs/binary.txt", b"a\0b");
    shop.write("docs/latin.md", b"caf\xE9");
    shop.write("docs/ok.md", "fine");
    let huge = fs::File::create(shop.path("docs/huge.txt")).expect("a file");
    huge.set_len(500 * 1024 * 1024).expect("a sparse file");
    let told = reasons(&shop.index_docs());
    let expected = [
        ("binary.txt", "binary"),
        ("huge.txt", "larger than 32 MiB"),
        ("latin.md", "not UTF-8"),
    ];
    let told: Vec<_> = told
        .iter()
        .map(|(name, why)| (name.as_str(), why.to_string()))
        .collect();
    assert_eq!(told, expected.map(|(name, why)| (name, why.to_owned())));
    assert_eq!(
        reasons(&shop.index_docs()).len(),
        3,
        "and named again in the next run"
    );
}

#[cfg(unix)]
#[test]
fn loops_pipes_and_dangling_links_are_named() {
    use std::os::unix::fs::symlink;
    let shop = Workshop::new();
    shop.write("docs/ok.md", "fine");
    shop.write("elsewhere.md", "linked");
    symlink(shop.path("elsewhere.md"), shop.path("docs/link.md")).expect("a link");
    symlink(shop.path("docs"), shop.path("docs/loop")).expect("a link");
    symlink("self.md", shop.path("docs/self.md")).expect("a link");
    symlink("nowhere.md", shop.path("docs/nothing.md")).expect("a link");
    let made = std::process::Command::new("mkfifo")
        .arg(shop.path("docs/pipe.md"))
        .status();
    assert!(made.expect("mkfifo runs").success());
    let summary = shop.index_docs();
    let expected = [
        ("loop", SkipReason::SymlinkLoop),
        ("nothing.md", SkipReason::DanglingSymlink),
        ("pipe.md", SkipReason::NotRegular),
        ("self.md", SkipReason::SymlinkLoop),
    ];
    assert_eq!(
        reasons(&summary),
        expected.map(|(name, why)| (name.to_owned(), why))
    );
    assert_eq!(
        shop.files(SourceKind::Knowledge, "docs"),
        ["docs/link.md", "docs/ok.md"]
    );
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let shop = Workshop::new();
    shop.write("docs/secret.md", "hidden");
    fs::set_permissions(shop.path("docs/secret.md"), fs::Permissions::from_mode(0o0)).expect("set");
    if fs::read(shop.path("docs/secret.md")).is_ok() {
        return; // The superuser may read everything.
    }
    let expected = [("secret.md".to_owned(), SkipReason::PermissionDenied)];
    assert_eq!(reasons(&shop.index_docs()), expected);
}

#[test]
fn a_run_that_stops_halfway_changes_nothing() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "one");
    shop.index_docs();
    let source = Source {
        kind: SourceKind::Knowledge,
        path: shown(&shop.path("docs")),
    };
    let mut writer = Writer::open(&shop.path("corpus"), None).expect("a corpus");
    writer
        .remove_file(&source, &shown(&shop.path("docs/a.md")))
        .expect("removed");
    drop(writer);
    assert_eq!(shop.files(SourceKind::Knowledge, "docs"), ["docs/a.md"]);
}

#[test]
fn all_missing_paths_are_told_before_anything_is_touched() {
    let shop = Workshop::new();
    let plan = Plan {
        knowledge: vec![shop.path("docs"), shop.path("none")],
        tickets: vec![shop.path("no.csv")],
        ..Plan::default()
    };
    let told = shop.index(&plan);
    let expected = vec![shop.path("none"), shop.path("no.csv")];
    assert!(matches!(told, Err(IndexError::Missing(paths)) if paths == expected));
    assert!(!shop.path("corpus").exists());
}

#[test]
fn sources_are_remembered_refreshed_and_forgotten() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "one");
    shop.write("tickets.csv", "Issue key,Summary\nAB-1,First\n");
    shop.index_docs();
    let tickets = Plan {
        tickets: vec![shop.path("tickets.csv")],
        ..Plan::default()
    };
    let second = shop.index(&tickets).expect("a run");
    assert!(
        !second.counts.contains_key(&SourceKind::Knowledge),
        "only what is named is looked at"
    );

    shop.write("docs/b.md", "two");
    let third = shop.index(&Plan::default()).expect("a run");
    assert_eq!(
        knowledge(&third),
        Count {
            read: 1,
            unchanged: 1,
            passages: 2,
            ..Count::default()
        }
    );
    assert_eq!(third.counts[&SourceKind::Tickets].unchanged, 1);

    let forget = Plan {
        forget: vec![shop.path("docs")],
        ..Plan::default()
    };
    shop.index(&forget).expect("a run");
    assert!(shop.files(SourceKind::Knowledge, "docs").is_empty());
    assert_eq!(
        shop.files(SourceKind::Tickets, "tickets.csv"),
        ["tickets.csv"]
    );
    assert!(matches!(shop.index(&forget), Err(IndexError::Unknown(_))));
}

#[test]
fn a_remembered_source_that_is_missing_now_keeps_its_content() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "one");
    shop.index_docs();
    fs::rename(shop.path("docs"), shop.path("away")).expect("moved");
    let summary = shop.index(&Plan::default()).expect("a run");
    assert_eq!(
        reasons(&summary),
        [("docs".to_owned(), SkipReason::Missing)]
    );
    assert_eq!(shop.files(SourceKind::Knowledge, "docs"), ["docs/a.md"]);
}

#[test]
fn a_corpus_without_sources_asks_for_one() {
    let told = Workshop::new().index(&Plan::default());
    assert!(matches!(told, Err(IndexError::Nothing)));
}

#[test]
fn a_large_mailbox_is_kept_in_parts_that_come_and_go_together() {
    let shop = Workshop::new();
    let message = |number: usize| {
        format!(
            "From a@x Mon Jan  1 00:00:00 2024\nSubject: Number {number}\nMessage-ID: <{number}@x>\n\nText.\n\n"
        )
    };
    let mailbox = |count: usize| (0..count).map(message).collect::<String>();
    let plan = Plan {
        mail: vec![shop.path("inbox.mbox")],
        ..Plan::default()
    };
    let count = |summary: &Summary| summary.counts[&SourceKind::Mail];

    shop.write("inbox.mbox", mailbox(1200));
    let first = count(&shop.index(&plan).expect("a run"));
    assert_eq!((first.read, first.passages), (1, 1200));
    let second = count(&shop.index(&plan).expect("a run"));
    assert_eq!((second.unchanged, second.passages), (1, 1200));
    shop.write("inbox.mbox", mailbox(3));
    let third = count(&shop.index(&plan).expect("a run"));
    assert_eq!((third.read, third.removed, third.passages), (1, 0, 3));
    assert_eq!(shop.files(SourceKind::Mail, "inbox.mbox"), ["inbox.mbox"]);
}

#[test]
fn code_is_read_where_git_does_not_ignore_it() {
    let shop = Workshop::new();
    shop.write("app/.gitignore", "target/\n");
    shop.write("app/src/main.rs", "fn main() {}\n");
    shop.write("app/target/out.rs", "fn out() {}\n");
    shop.write("app/logo.png", b"\x89PNG\0");
    shop.write("app/.hidden/x.rs", "fn x() {}\n");
    let plan = Plan {
        code: vec![shop.path("app")],
        ..Plan::default()
    };
    let summary = shop.index(&plan).expect("a run");
    assert_eq!(summary.skipped, []);
    assert_eq!(shop.files(SourceKind::Code, "app"), ["app/src/main.rs"]);
}

#[test]
fn the_corpus_is_not_read_into_itself() {
    let shop = Workshop::new();
    shop.write("docs/a.md", "one");
    let plan = Plan {
        code: vec![shop.folder.path().to_owned()],
        ..Plan::default()
    };
    shop.index(&plan).expect("a run");
    let again = shop.index(&plan).expect("a run");
    assert_eq!(
        again.counts[&SourceKind::Code],
        Count {
            unchanged: 1,
            passages: 1,
            ..Count::default()
        }
    );
}
