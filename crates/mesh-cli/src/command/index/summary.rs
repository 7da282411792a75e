mod notes;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use mesh_index::run::{SourceCount, Summary};
use mesh_index::store::SourceKind;

use crate::terminal;

/// What a run did, for a person: one line per kind of source, then what was skipped and why.
pub(super) fn text(summary: &Summary, took: Duration) -> String {
    let mut text = String::new();
    for (kind, count) in &summary.counts {
        text.push_str(&line(*kind, count, summary.others.get(kind)));
    }
    if !summary.skipped.is_empty() {
        writeln!(text, "skipped {}:", summary.skipped.len())
            .expect("writing to a string cannot fail");
    }
    for skipped in &summary.skipped {
        let path = terminal::harmless(&skipped.path);
        writeln!(text, "  {path}: {}", skipped.reason).expect("writing to a string cannot fail");
    }
    notes::append(&mut text, &summary.notes);
    let size = size(summary.bytes);
    let seconds = took.as_secs_f64();
    writeln!(text, "read {size} in {seconds:.1} s").expect("writing to a string cannot fail");
    text
}

fn line(kind: SourceKind, count: &SourceCount, others: Option<&BTreeMap<String, u64>>) -> String {
    let thing = if kind == SourceKind::Git {
        "commits"
    } else {
        "files"
    };
    let mut line = format!(
        "{kind}: {} {thing} read, {} unchanged",
        count.read, count.unchanged
    );
    for (number, what) in [(count.removed, "removed"), (count.other, "of other kinds")] {
        if number > 0 {
            write!(line, ", {number} {what}").expect("writing to a string cannot fail");
        }
    }
    if let Some(others) = others.filter(|others| !others.is_empty()) {
        write!(line, " ({})", extensions(others)).expect("writing to a string cannot fail");
    }
    format!("{line}; {} passages\n", count.passages)
}

/// The most frequent ones; a folder of pictures and programs may have dozens.
const MAX_EXTENSIONS: usize = 6;

fn extensions(others: &BTreeMap<String, u64>) -> String {
    let mut counted: Vec<(&String, &u64)> = others.iter().collect();
    counted.sort_by_key(|(_, number)| Reverse(**number));
    let mut shown: Vec<String> = counted
        .iter()
        .take(MAX_EXTENSIONS)
        .map(|(extension, number)| match extension.as_str() {
            "" => format!("{number} without extension"),
            extension => format!("{number} .{}", terminal::harmless(extension)),
        })
        .collect();
    if counted.len() > MAX_EXTENSIONS {
        shown.push(format!(
            "{} more extensions",
            counted.len() - MAX_EXTENSIONS
        ));
    }
    shown.join(", ")
}

fn size(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..MIB => format!("{} KiB", bytes / 1024),
        _ => format!("{}.{} MiB", bytes / MIB, bytes % MIB * 10 / MIB),
    }
}

#[cfg(test)]
mod tests {
    use mesh_index::ingest::{SkipReason, Skipped};

    use super::*;

    #[test]
    fn a_summary_counts_by_kind_and_names_what_was_skipped() {
        let mut summary = Summary {
            bytes: 1_625_292,
            ..Summary::default()
        };
        let docs = SourceCount {
            read: 12,
            unchanged: 3,
            removed: 1,
            other: 2,
            passages: 140,
        };
        let commits = SourceCount {
            read: 7,
            passages: 7,
            ..SourceCount::default()
        };
        summary
            .counts
            .extend([(SourceKind::Knowledge, docs), (SourceKind::Git, commits)]);
        let others = [("png", 1), ("", 1)].map(|(name, number)| (name.to_owned(), number));
        summary.others.insert(SourceKind::Knowledge, others.into());
        summary.skipped.push(Skipped {
            path: "docs/\u{1b}logo.md".into(),
            reason: SkipReason::Binary,
        });
        assert_eq!(
            text(&summary, Duration::from_millis(840)),
            "knowledge: 12 files read, 3 unchanged, 1 removed, 2 of other kinds (1 without extension, 1 .png); 140 passages\n\
             git: 7 commits read, 0 unchanged; 7 passages\n\
             skipped 1:\n  docs/\u{fffd}logo.md: binary\n\
             read 1.5 MiB in 0.8 s\n"
        );
    }

    #[test]
    fn the_most_frequent_extensions_are_named() {
        let others = (1..=8).map(|number| (format!("x{number}"), number));
        assert_eq!(
            extensions(&others.collect()),
            "8 .x8, 7 .x7, 6 .x6, 5 .x5, 4 .x4, 3 .x3, 2 more extensions"
        );
    }
}
