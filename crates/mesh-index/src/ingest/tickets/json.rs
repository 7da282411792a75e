//! Tickets as JSON: search results, imports, arrays of issues, or one value a line; only one issue is in memory at a time.

mod lines;
mod mend;
mod pieces;

use std::collections::HashMap;
use std::io::{BufRead, Seek};

use serde_json::Value;

use self::pieces::{Broken, Piece};
use super::date::Order;
use super::input::Input;
use super::issue::{self, Context};
use super::value;
use crate::ingest::notes::{Notes, Place};
use crate::ingest::skip::SkipReason;
use crate::record::Ticket;

/// Reads the export twice: the names of custom fields may follow the issues that have them.
pub(super) fn read<R: BufRead + Seek>(
    path: &str,
    input: &mut Input<R>,
    emit: &mut dyn FnMut(Ticket),
    notes: &mut Notes,
) -> Result<(), SkipReason> {
    let is_lines = lines::is_one_a_line(path, &mut *input.open()?);
    let mut survey = Survey::default();
    // Damage is told by the second reading, with what came before it.
    let _damage = pieces(input, is_lines, &mut |piece| survey.piece(&piece))?;
    let mut export = Export {
        context: Context {
            path,
            names: &survey.names,
            order: &survey.order,
            links: &survey.links,
        },
        projects: survey.projects.iter(),
        seen: 0,
        found: 0,
        emit,
        notes,
    };
    let read = pieces(input, is_lines, &mut |piece| export.piece(&piece))?;
    match read {
        _ if export.found == 0 && (export.seen > 0 || read.is_err()) => Err(SkipReason::NotTickets),
        Err(Broken { line }) => Err(SkipReason::BrokenTickets { line }),
        Ok(()) => Ok(()),
    }
}

fn pieces<R: BufRead + Seek>(
    input: &mut Input<R>,
    is_lines: bool,
    take: &mut dyn FnMut(Piece<'_>),
) -> Result<Result<(), Broken>, SkipReason> {
    let input = input.open()?;
    Ok(if is_lines {
        lines::read(input, take)
    } else {
        pieces::read(input, take)
    })
}

/// What has to be known of the whole export before its first issue.
#[derive(Debug, Default)]
struct Survey {
    names: HashMap<String, String>,
    order: Order,
    /// The keys of the projects of an import, which may follow their issues.
    projects: Vec<String>,
    links: HashMap<String, Vec<(String, String)>>,
}

impl Survey {
    fn piece(&mut self, piece: &Piece<'_>) {
        match piece {
            Piece::Export(raw) => {
                if let Some(Parsed { value, .. }) = parsed(raw) {
                    self.names(&value["names"]);
                    self.links(&value["links"]);
                }
            }
            Piece::Project(raw) => {
                let project = parsed(raw).map(|parsed| value::text(&parsed.value["key"]));
                self.projects.push(project.unwrap_or_default());
            }
            Piece::Issue { raw, .. } => {
                let Some(value) = parsed(raw).map(|parsed| parsed.value) else {
                    return;
                };
                self.names(&value["names"]);
                for issue in issue::all(&value) {
                    self.names(&issue["names"]);
                    let dates = issue::dates(issue);
                    dates.iter().for_each(|text| self.order.learn(text));
                }
            }
        }
    }

    fn links(&mut self, links: &Value) {
        for link in links.as_array().into_iter().flatten() {
            let [name, from, to] =
                ["name", "sourceId", "destinationId"].map(|name| value::text(&link[name]));
            self.links.entry(from).or_default().push((name, to));
        }
    }

    fn names(&mut self, names: &Value) {
        let pairs = names.as_object().into_iter().flatten();
        let named = pairs.filter_map(|(id, name)| Some((id.clone(), name.as_str()?.to_owned())));
        self.names.extend(named);
    }
}

struct Export<'a> {
    context: Context<'a>,
    /// That of the issues to come is the first.
    projects: std::slice::Iter<'a, String>,
    seen: u64,
    found: u64,
    emit: &'a mut dyn FnMut(Ticket),
    notes: &'a mut Notes,
}

impl Export<'_> {
    fn piece(&mut self, piece: &Piece<'_>) {
        let (raw, line) = match piece {
            Piece::Issue { raw, line } => (raw, line),
            Piece::Project(_) => {
                self.projects.next();
                return;
            }
            Piece::Export(_) => return,
        };
        let Some(parsed) = parsed(raw) else {
            self.seen += 1;
            let reason = SkipReason::BrokenTickets { line: *line };
            self.notes.skip(place(self.seen), reason);
            return;
        };
        if parsed.is_mended {
            self.notes
                .remark(place(self.seen + 1), "broken character", "");
        }
        issue::all(&parsed.value).for_each(|issue| self.issue(issue));
    }

    fn issue(&mut self, value: &Value) {
        self.seen += 1;
        let project = self.projects.as_slice().first().map_or("", String::as_str);
        if let Some(ticket) = issue::ticket(&self.context, self.seen, project, value, self.notes) {
            self.found += 1;
            (self.emit)(ticket);
        }
    }
}

fn place(number: u64) -> Place {
    Place::Nth("issue".into(), number)
}

struct Parsed {
    value: Value,
    is_mended: bool,
}

/// A value whose text may hold halves of characters: emoji that were cut, and bytes that are not UTF-8.
fn parsed(raw: &[u8]) -> Option<Parsed> {
    let text = String::from_utf8_lossy(raw);
    if let Ok(value) = serde_json::from_str(&text) {
        let is_mended = matches!(text, std::borrow::Cow::Owned(_));
        return Some(Parsed { value, is_mended });
    }
    let value = serde_json::from_str(&mend::mended(&text)).ok()?;
    Some(Parsed {
        value,
        is_mended: true,
    })
}

#[cfg(test)]
mod tests;
