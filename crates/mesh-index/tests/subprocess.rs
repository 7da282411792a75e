//! Files that no process survives to read, read in processes of their own. This program is also what is started for that,
//! and so has no harness: whatever that printed would be taken for records.

use std::fs;

use mesh_index::ingest::SkipReason;
use mesh_index::run::{Plan, Readers, Silent, index, serve_reads};
use mesh_index::store::SourceKind;

const READ_FILES: &str = "read-files";

fn main() {
    if std::env::args().nth(1).as_deref() == Some(READ_FILES) {
        return serve_reads().expect("reads until its input ends");
    }
    mail_nested_without_end_is_named_and_all_else_is_read();
    what_cannot_be_started_is_named();
}

fn plan(folder: &std::path::Path, program: std::path::PathBuf) -> Plan {
    Plan {
        knowledge: vec![folder.join("docs")],
        mail: vec![folder.join("mail")],
        readers: Readers::Subprocess {
            program,
            argument: READ_FILES.to_owned(),
        },
        ..Plan::default()
    }
}

fn mail_nested_without_end_is_named_and_all_else_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["docs", "mail"] {
        fs::create_dir(folder.path().join(name)).expect("a folder");
    }
    for number in 0..20 {
        let page = format!("# Page {number}\n\nText.\n");
        fs::write(folder.path().join(format!("docs/{number}.md")), page).expect("a file");
        let letter = format!("Subject: {number}\n\nText.\n");
        fs::write(folder.path().join(format!("mail/{number}.eml")), letter).expect("a file");
    }
    let deep: String = (0..60_000)
        .map(|level| format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"))
        .collect();
    let deep = format!("Subject: deep\n{deep}\nbottom\n");
    fs::write(folder.path().join("mail/5-deep.eml"), deep).expect("a file");
    let program = std::env::current_exe().expect("this program");
    let summary = index(
        &folder.path().join("corpus"),
        &plan(folder.path(), program),
        &mut Silent,
    )
    .expect("a run");
    assert_eq!(summary.counts[&SourceKind::Knowledge].passages, 20);
    assert!(summary.counts[&SourceKind::Mail].passages >= 20);
    let named: Vec<_> = summary
        .skipped
        .iter()
        .map(|skipped| (skipped.path.rsplit('/').next(), &skipped.reason))
        .collect();
    // A reader that bounds the depth itself reads it, and that is as good.
    let deep = (Some("5-deep.eml"), &SkipReason::NestedTooDeep);
    assert!(named.is_empty() || named == [deep], "{named:?}");
}

fn what_cannot_be_started_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("docs")).expect("a folder");
    fs::create_dir_all(folder.path().join("mail")).expect("a folder");
    fs::write(folder.path().join("docs/a.md"), "text").expect("a file");
    let corpus = folder.path().join("corpus");
    let summary = index(
        &corpus,
        &plan(folder.path(), folder.path().join("nothing")),
        &mut Silent,
    )
    .expect("a run");
    assert!(summary.has_skipped());
}
