//! Files that no process survives to read, read in processes of their own. This program is also what is started for that,
//! and so has no harness: whatever that printed would be taken for records.

use std::fs;

use mesh_index::ingest::{ByteSize, Place, SkipReason, Subject};
use mesh_index::run::{NoProgress, Plan, Readers, index, serve_reads};
use mesh_index::store::SourceKind;

const READ_FILES: &str = "read-files";

/// As `read-files`, with most of the memory that a reader has taken.
const READ_CRAMPED: &str = "read-files-cramped";

fn main() {
    let taken = match std::env::args().nth(1).as_deref() {
        Some(READ_FILES) => Some(0),
        Some(READ_CRAMPED) => Some(320 * 1024 * 1024),
        _ => None,
    };
    if let Some(taken) = taken {
        let memory: Vec<u8> = Vec::with_capacity(taken);
        serve_reads().expect("reads until its input ends");
        drop(std::hint::black_box(memory));
        return;
    }
    mail_nested_without_end_is_named_and_all_else_is_read();
    a_message_that_ends_its_reader_costs_no_other();
    what_cannot_be_started_is_named();
}

fn plan(folder: &std::path::Path, program: std::path::PathBuf, argument: &str) -> Plan {
    Plan {
        knowledge: vec![folder.join("docs")],
        mail: vec![folder.join("mail")],
        readers: Readers::Subprocess {
            program,
            argument: argument.to_owned(),
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
        &plan(folder.path(), program, READ_FILES),
        &mut NoProgress,
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

/// A part of a message takes far more memory than the three lines that make it.
fn a_message_that_ends_its_reader_costs_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["docs", "mail"] {
        fs::create_dir(folder.path().join(name)).expect("a folder");
    }
    let separator = "From x@y.z Tue Feb  3 08:15:00 2026\n";
    let letter = |number: usize| format!("{separator}Subject: {number}\n\nText {number}.\n\n");
    let parts = "--b\n\n".repeat(1_000_000);
    let huge =
        format!("{separator}Subject: huge\nContent-Type: multipart/mixed; boundary=b\n\n{parts}\n");
    // More than are delivered at once, before and after.
    let before: String = (0..600).map(letter).collect();
    let after: String = (600..1_200).map(letter).collect();
    let mailbox = format!("{before}{huge}{after}{huge}{}", letter(1_200));
    fs::write(folder.path().join("mail/all.mbox"), mailbox).expect("a file");
    let program = std::env::current_exe().expect("this program");
    let summary = index(
        &folder.path().join("corpus"),
        &plan(folder.path(), program, READ_CRAMPED),
        &mut NoProgress,
    )
    .expect("a run");
    assert_eq!(summary.counts[&SourceKind::Mail].passages, 1_201);
    let (path, notes) = &summary.notes[0];
    assert!(path.ends_with("mail/all.mbox"), "{path}");
    let left_out: Vec<_> = notes
        .groups
        .iter()
        .flat_map(|group| {
            group
                .places
                .iter()
                .map(|(place, _)| (group.subject.clone(), place.clone()))
        })
        .collect();
    let memory = Subject::Skipped(SkipReason::TakesTooMuchMemory(ByteSize::mib(384)));
    let lines = [600 * 5 + 2, 600 * 5 + 5 + 2_000_000 + 600 * 5 + 2];
    assert_eq!(
        left_out,
        lines.map(|line| (memory.clone(), Place::Line(line)))
    );
}

fn what_cannot_be_started_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("docs")).expect("a folder");
    fs::create_dir_all(folder.path().join("mail")).expect("a folder");
    fs::write(folder.path().join("docs/a.md"), "text").expect("a file");
    let corpus = folder.path().join("corpus");
    let summary = index(
        &corpus,
        &plan(folder.path(), folder.path().join("nothing"), READ_FILES),
        &mut NoProgress,
    )
    .expect("a run");
    assert!(summary.has_skipped());
}
