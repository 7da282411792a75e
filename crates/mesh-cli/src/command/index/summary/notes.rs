use std::fmt::Write as _;

use mesh_index::ingest::{Group, Notes, Place, Subject};

use crate::terminal;

/// The records that were left out, then the values that were not understood, each with its place.
pub(super) fn append(text: &mut String, notes: &[(String, Notes)]) {
    let left_out = |group: &Group| matches!(group.subject, Subject::Skipped(_));
    section(text, "records left out", notes, left_out);
    section(text, "not understood", notes, |group| !left_out(group));
    for (path, notes) in notes.iter().filter(|(_, notes)| notes.more > 0) {
        let path = terminal::harmless(path);
        writeln!(text, "{path}: {} more of other kinds", notes.more)
            .expect("writing to a string cannot fail");
    }
}

fn section(
    text: &mut String,
    title: &str,
    notes: &[(String, Notes)],
    is_in: impl Fn(&Group) -> bool,
) {
    let groups: Vec<(&str, &Group)> = notes
        .iter()
        .flat_map(|(path, notes)| notes.groups.iter().map(|group| (path.as_str(), group)))
        .filter(|(_, group)| is_in(group))
        .collect();
    if groups.is_empty() {
        return;
    }
    let count: u64 = groups.iter().map(|(_, group)| group.count).sum();
    writeln!(text, "{title} {count}:").expect("writing to a string cannot fail");
    for (path, group) in groups {
        for (place, value) in &group.places {
            text.push_str(&line(path, place, &group.subject, value));
        }
        let more = group.count - group.places.len() as u64;
        if more > 0 {
            let path = terminal::harmless(path);
            writeln!(text, "  {path}: {more} more like this")
                .expect("writing to a string cannot fail");
        }
    }
}

fn line(path: &str, place: &Place, subject: &Subject, value: &str) -> String {
    let what = match subject {
        Subject::Remark(what) => what.to_string(),
        Subject::Skipped(reason) => reason.to_string(),
    };
    let value = if value.is_empty() {
        String::new()
    } else {
        format!(" `{value}`")
    };
    let line = format!("{path}{place}: {what}{value}");
    format!("  {}\n", terminal::harmless(&line))
}

#[cfg(test)]
mod tests {
    use mesh_index::ingest::SkipReason;

    use super::*;

    #[test]
    fn notes_are_told_with_their_place_and_those_alike_are_counted() {
        let mut notes = Notes::default();
        for line in 2..7 {
            notes.remark(Place::Line(line), "date not understood", "31/31/24");
        }
        notes.skip(Place::Nth("issue".into(), 4), SkipReason::NotTickets);
        let mut text = String::new();
        append(&mut text, &[("t.csv".to_owned(), notes)]);
        assert_eq!(
            text,
            "records left out 1:\n  t.csv (issue 4): not a ticket export\n\
             not understood 5:\n  t.csv:2: date not understood `31/31/24`\n  t.csv:3: date not understood `31/31/24`\n  \
             t.csv:4: date not understood `31/31/24`\n  t.csv: 2 more like this\n"
        );
    }
}
