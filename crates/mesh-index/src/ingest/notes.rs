//! What a reader tells of a file besides its records: values it did not understand, and records it left out.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::skip::SkipReason;

/// Notes alike are shown this often per file, and counted from then on.
const MAX_SHOWN: usize = 3;

/// A file with more than this many kinds of faults is shown well enough by the first ones.
const MAX_GROUPS: usize = 20;

/// A value is shown as far as this.
const MAX_VALUE_BYTES: usize = 80;

/// Where in a file: what its path is followed by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// Somewhere, or everywhere.
    File,
    /// 1-based.
    Line(u64),
    /// A thing and its 1-based number, as in `tickets.json (issue 4)`.
    Nth(Cow<'static, str>, u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => Ok(()),
            Self::Line(line) => write!(f, ":{line}"),
            Self::Nth(thing, number) => write!(f, " ({thing} {number})"),
        }
    }
}

/// What is the same about notes alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// A value that was read and not understood, such as a date; its record is there without it.
    Remark(Cow<'static, str>),
    /// A record that was left out.
    Skipped(SkipReason),
}

/// Notes alike: the first places, and how many there are in all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub subject: Subject,
    /// Each with the value that was not understood; a record that was left out has none.
    pub places: Vec<(Place, String)>,
    pub count: u64,
}

/// All notes on one file, bounded whatever the file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    pub groups: Vec<Group>,
    /// Notes that belong to none of the groups.
    pub more: u64,
    skipped: u64,
}

impl Notes {
    /// Tells of a value that was not understood. `what` is a phrase that is the same for all of its kind, such as
    /// `date not understood`.
    pub fn remark(&mut self, place: Place, what: impl Into<Cow<'static, str>>, value: &str) {
        let end = value.floor_char_boundary(MAX_VALUE_BYTES);
        self.add(
            Subject::Remark(what.into()),
            place,
            value[..end].trim().to_owned(),
        );
    }

    /// Tells of a record that was left out; the ones after it are read.
    pub fn skip(&mut self, place: Place, reason: SkipReason) {
        self.skipped += 1;
        self.add(Subject::Skipped(reason), place, String::new());
    }

    /// How many records were left out.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Takes in what was told of another part of the same thing.
    pub(crate) fn absorb(&mut self, other: Self) {
        self.more += other.more;
        self.skipped += other.skipped;
        for group in other.groups {
            let unshown = group.count - group.places.len() as u64;
            for (place, value) in group.places {
                self.add(group.subject.clone(), place, value);
            }
            match self
                .groups
                .iter_mut()
                .find(|each| each.subject == group.subject)
            {
                Some(same) => same.count += unshown,
                None => self.more += unshown,
            }
        }
    }

    fn add(&mut self, subject: Subject, place: Place, value: String) {
        let known = self
            .groups
            .iter()
            .position(|group| group.subject == subject);
        let Some(at) = known else {
            if self.groups.len() < MAX_GROUPS {
                self.groups.push(Group {
                    subject,
                    places: vec![(place, value)],
                    count: 1,
                });
            } else {
                self.more += 1;
            }
            return;
        };
        let group = &mut self.groups[at];
        group.count += 1;
        if group.places.len() < MAX_SHOWN {
            group.places.push((place, value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_alike_are_shown_a_few_times_and_counted() {
        let mut notes = Notes::default();
        for line in 2..12 {
            notes.remark(Place::Line(line), "date not understood", " never ");
        }
        notes.skip(Place::Nth("issue".into(), 4), SkipReason::NotTickets);
        assert_eq!(notes.groups.len(), 2);
        assert_eq!(notes.groups[0].count, 10);
        let first = notes.groups[0].places.first();
        assert_eq!(first, Some(&(Place::Line(2), "never".to_owned())));
        assert_eq!(notes.groups[0].places.len(), 3);
        assert_eq!(notes.skipped(), 1);
    }

    #[test]
    fn a_file_full_of_faults_has_bounded_notes() {
        let mut notes = Notes::default();
        for line in 0..1000 {
            notes.skip(Place::Line(line), SkipReason::BrokenTickets { line });
        }
        assert_eq!((notes.groups.len(), notes.more), (20, 980));
        assert_eq!(notes.skipped(), 1000);
    }

    #[test]
    fn notes_on_two_parts_are_counted_together() {
        let part = |count| {
            let mut notes = Notes::default();
            for line in 0..count {
                notes.remark(Place::Line(line), "date not understood", "");
            }
            notes.skip(Place::File, SkipReason::NotMail);
            notes
        };
        let mut all = part(5);
        all.absorb(part(9));
        let counts: Vec<u64> = all.groups.iter().map(|group| group.count).collect();
        assert_eq!((counts, all.skipped()), (vec![14, 2], 2));
    }

    #[test]
    fn a_place_follows_the_path() {
        let shown = |place: Place| format!("a.csv{place}");
        assert_eq!(shown(Place::Line(17)), "a.csv:17");
        assert_eq!(shown(Place::Nth("issue".into(), 4)), "a.csv (issue 4)");
        assert_eq!(shown(Place::File), "a.csv");
    }
}
