//! Issues as Jira prints them: each begins with its key in brackets, then come names with their values, and sections.

use crate::ingest::html::{self, Cell};
use crate::ingest::notes::{Notes, Place};
use crate::ingest::skip::SkipReason;
use crate::ingest::tickets::date::Order;
use crate::ingest::tickets::draft::Draft;
use crate::ingest::tickets::names::{self, Column};
use crate::record::Ticket;

const MAX_NAME_WORDS: usize = 5;

/// What stands for a value where there is none.
const NOTHING: &str = "None";

#[derive(Debug, Default)]
pub(super) struct Printed<'a> {
    path: &'a str,
    done: Vec<Draft>,
    section: String,
    /// Who commented what comes next, and when.
    comment: String,
    order: Order,
}

impl<'a> Printed<'a> {
    pub(super) fn read(
        path: &'a str,
        html: &str,
        emit: &mut dyn FnMut(Ticket),
        notes: &mut Notes,
    ) -> Result<(), SkipReason> {
        let mut printed = Self {
            path,
            ..Self::default()
        };
        html::rows(html, &mut |cells| printed.row(&cells));
        if printed.done.is_empty() {
            return Err(SkipReason::NotTickets);
        }
        let tickets = printed.done.into_iter();
        let tickets = tickets.filter_map(|draft| draft.finish(&printed.order, notes));
        tickets.for_each(emit);
        Ok(())
    }

    fn row(&mut self, cells: &[Cell]) {
        let mut filled = cells.iter().filter(|cell| !cell.text.is_empty());
        let Some(first) = filled.next() else {
            return;
        };
        let is_alone = filled.next().is_none();
        if let Some((key, title)) = heading(&first.text) {
            self.begin(key, title);
        } else if first.text.ends_with(':') {
            self.pairs(cells);
        } else if is_alone && cells.len() > 1 {
            first.text.clone_into(&mut self.section);
        } else {
            let texts: Vec<&str> = cells.iter().map(|cell| &*cell.text).collect();
            self.text(&first.id, texts.join(" ").trim());
        }
    }

    /// The lines behind the title are dates.
    fn begin(&mut self, key: &str, title: &str) {
        let number = self.done.len() as u64 + 1;
        let mut draft = Draft::new(self.path, number, Place::Nth("issue".into(), number));
        draft.put(Column::Key, "Key", key);
        let (summary, dates) = title.split_once('\n').unwrap_or((title, ""));
        draft.put(Column::Summary, "Summary", summary);
        self.done.push(draft);
        self.section.clear();
        for (name, value) in named(dates) {
            self.put(name, value);
        }
    }

    fn pairs(&mut self, cells: &[Cell]) {
        for pair in cells.chunks(2) {
            let [name, value] = pair else {
                continue;
            };
            let name = name.text.trim_end_matches(':').trim();
            self.put(name, &value.text);
        }
    }

    fn put(&mut self, name: &str, value: &str) {
        let Some(draft) = self.done.last_mut() else {
            return;
        };
        match names::column(name) {
            _ if value == NOTHING => {}
            Some(column @ (Column::Labels | Column::Components)) => {
                draft.put(column, name, &value.replace(", ", "\n"));
            }
            Some(column @ (Column::Created | Column::Updated)) => {
                self.order.learn(value);
                draft.put(column, name, value);
            }
            Some(column) => draft.put(column, name, value),
            None => draft.field(name, value),
        }
    }

    fn text(&mut self, id: &str, text: &str) {
        let Some(draft) = self.done.last_mut() else {
            return;
        };
        match names::column(&self.section) {
            _ if id == "descriptionArea" => draft.put(Column::Description, "Description", text),
            Some(Column::Comment) if text.ends_with(']') && !text.contains('\n') => {
                text.clone_into(&mut self.comment);
            }
            Some(Column::Comment) => {
                let head = std::mem::take(&mut self.comment);
                let text = format!("{head}\n{text}");
                draft.put(Column::Comment, "Comment", &text);
            }
            Some(column) => draft.put(column, &self.section, text),
            None => draft.field(&self.section, text),
        }
    }
}

/// `[AB-1] Leak`.
fn heading(text: &str) -> Option<(&str, &str)> {
    let (key, title) = text.strip_prefix('[')?.split_once(']')?;
    names::is_key(key.trim()).then(|| (key.trim(), title.trim()))
}

/// The values of a line of names and values: `Created: 01/Jan/24 Updated: 02/Jan/24`.
fn named(line: &str) -> Vec<(&str, &str)> {
    // Only a name has white space behind its colon; a time has not.
    let ends = line.match_indices(':').map(|(at, _)| at);
    let ends: Vec<usize> = ends
        .filter(|at| line[at + 1..].starts_with(char::is_whitespace))
        .collect();
    let mut values = Vec::new();
    for (nth, end) in ends.iter().enumerate() {
        let before = nth.checked_sub(1).map_or(0, |last| ends[last] + 1);
        let name = last_name(&line[before..*end]);
        let value = match ends.get(nth + 1) {
            Some(next) => line[end + 1..*next].strip_suffix(last_name(&line[end + 1..*next])),
            None => Some(&line[end + 1..]),
        };
        values.push((name, value.unwrap_or_default().trim()));
    }
    values
}

/// The name at the end of a text: as many words as are one in some language, else the last one.
fn last_name(text: &str) -> &str {
    let text = text.trim_end();
    let starts = text.rmatch_indices(' ').map(|(at, _)| at + 1);
    let starts: Vec<usize> = starts.chain([0]).take(MAX_NAME_WORDS).collect();
    let mut names = starts.iter().rev().map(|at| &text[*at..]);
    let known = names.find(|name| names::column(name).is_some());
    let last = starts.first().map_or(text, |at| &text[*at..]);
    known.unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::tickets::tests::{all, field};

    fn check(source: &str) -> Vec<Ticket> {
        let (read, tickets, _) = all("t.doc", source);
        read.expect("the test gives issues");
        tickets
    }

    #[test]
    fn a_printed_issue_is_read_with_its_sections() {
        let tickets = check(
            "<html><body><table class=\"tableBorder\"><tr><td colspan=2><h3 class=\"formtitle\">[<a href=x>AB-1</a>]&nbsp;<a href=x>Leak</a>\
             <span class=\"subText\">Created: 13/Jan/24 10:30 AM&nbsp;&nbsp;Updated: 14/Jan/24&nbsp; Due: 20/Jan/24</span></h3></td></tr>\
             <tr><td><b>Status:</b></td><td>Open</td></tr><tr><td><b>Project:</b></td><td><a>Pumps</a></td></tr>\
             <tr><td><b>Component/s:</b></td><td>Valve, Seal</td></tr><tr><td><b>Fix Version/s:</b></td><td>None</td></tr></table>\
             <table class=\"grid\"><tr><td><b>Type:</b></td><td>Bug</td><td><b>Priority:</b></td><td>High</td></tr></table>\
             <table><tr><td nowrap><b>Description</b></td><td>&nbsp;</td></tr></table>\
             <table><tr><td id=\"descriptionArea\"><p>It leaks.</p><p>Note: oil</p></td></tr></table>\
             <table><tr><td nowrap><b>Comments</b></td><td>&nbsp;</td></tr></table>\
             <table><tr id=\"comment-header-1\"><td>Comment by <a>Ada</a> [ 15/Jan/24 ]</td></tr>\
             <tr id=\"comment-body-1\"><td><p>Seen</p></td></tr></table>\
             <table><tr><td><h3>[AB-2] Rust<span class=\"subText\">Created: 15/Jan/24</span></h3></td></tr></table>\
             Generated at Mon Jan 15.</body></html>",
        );
        let first = Ticket {
            key: "AB-1".to_owned(),
            summary: "Leak".to_owned(),
            description: "It leaks.\nNote: oil".to_owned(),
            status: "Open".to_owned(),
            priority: "High".to_owned(),
            issue_type: "Bug".to_owned(),
            project: "AB".to_owned(),
            components: vec!["Valve".to_owned(), "Seal".to_owned()],
            created: "2024-01-13T10:30:00Z".to_owned(),
            updated: "2024-01-14T00:00:00Z".to_owned(),
            comments: vec!["Comment by Ada [ 15/Jan/24 ]\nSeen".to_owned()],
            fields: vec![field("Due", "20/Jan/24"), field("Project", "Pumps")],
            path: "t.doc".to_owned(),
            line: 1,
            ..Ticket::default()
        };
        assert_eq!(tickets[0], first);
        assert_eq!((&*tickets[1].key, &*tickets[1].summary), ("AB-2", "Rust"));
    }

    #[test]
    fn names_of_several_words_end_the_value_before_them() {
        assert_eq!(
            named("Création: 13/janv./24 10:30 Mise à jour: 14/janv./24"),
            [
                ("Création", "13/janv./24 10:30"),
                ("Mise à jour", "14/janv./24")
            ]
        );
    }
}
