use std::borrow::Cow;

use ::csv::ByteRecord;
use encoding_rs::WINDOWS_1252;

use crate::ingest::lines::clamp;

/// A row as text.
#[derive(Debug)]
pub(super) struct Row<'a> {
    cells: Vec<Cow<'a, str>>,
    /// 1-based.
    pub(super) line: u32,
}

impl<'a> Row<'a> {
    pub(super) fn of(record: &'a ByteRecord, line: u64) -> Self {
        Self {
            cells: record.iter().map(decoded).collect(),
            line: clamp(usize::try_from(line).unwrap_or(usize::MAX)),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Without white space around it; empty where the row is shorter.
    pub(super) fn cell(&self, at: usize) -> &str {
        self.cells.get(at).map_or("", |cell| cell.trim())
    }

    /// The values of a field in all of its columns.
    pub(super) fn all(&self, places: &[usize]) -> Vec<String> {
        let cells = places.iter().map(|at| self.cell(*at));
        cells
            .filter(|cell| !cell.is_empty())
            .map(|cell| cell.replace("\r\n", "\n"))
            .collect()
    }

    pub(super) fn one(&self, places: &[usize]) -> String {
        self.all(places).into_iter().next().unwrap_or_default()
    }

    /// The first value there is.
    pub(super) fn first(&self) -> Option<&str> {
        let cells = (0..self.len()).map(|at| self.cell(at));
        cells.into_iter().find(|cell| !cell.is_empty())
    }

    /// The lines below the first one of every cell.
    pub(super) fn inner_lines(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().flat_map(|cell| cell.lines().skip(1))
    }
}

/// UTF-8, else what spreadsheets write instead; that has a character for every byte.
pub(super) fn decoded(field: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(field) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(field).0,
    }
}
