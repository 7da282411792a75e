use std::path::Path;

use super::Read;
use super::field::Field;
use super::note::{Key, Note};
use crate::entry::Place;

/// What has been read of a file so far.
pub(super) struct Reading<'f> {
    pub(super) file: &'f Path,
    /// Of a file with servers for several folders, the one that counts; all, where none is named.
    pub(super) folder: Option<&'f Path>,
    pub(super) read: Read,
}

impl<'f> Reading<'f> {
    pub(super) fn of(file: &'f Path) -> Self {
        Self {
            file,
            folder: None,
            read: Read::default(),
        }
    }

    pub(super) fn place(&self, line: usize) -> Place {
        Place {
            file: self.file.to_owned(),
            line,
        }
    }

    pub(super) fn warn(&mut self, field: &Field<'_>, told: impl Into<String>) {
        let note = self.note(field.line, &field.key, told.into());
        self.read.warnings.push(note);
    }

    pub(super) fn fault(&mut self, field: &Field<'_>, told: impl Into<String>) {
        self.fault_at(field.line, &field.key, told);
    }

    pub(super) fn fault_at(&mut self, line: usize, key: &Key, told: impl Into<String>) {
        let note = self.note(line, key, told.into());
        self.read.faults.push(note);
    }

    /// What `read` makes, where it found no fault.
    pub(super) fn whole<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = self.read.faults.len();
        let made = read(self);
        made.filter(|_| self.read.faults.len() == before)
    }

    fn note(&self, line: usize, key: &Key, told: String) -> Note {
        Note {
            place: self.place(line),
            key: key.clone().into(),
            told,
        }
    }
}
