use std::io::{BufRead, Read, Seek};

use ::csv::ByteRecord;
use encoding_rs::Encoding;

use super::{decoded, reader};
use crate::ingest::skip::SkipReason;
use crate::ingest::tickets::bounded::{Allowance, Bounded};
use crate::ingest::tickets::columns::{Columns, Head};
use crate::ingest::tickets::input::Input;

/// Commas are Jira's own; spreadsheets write what their country separates with.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A title, a line `sep=;` or an empty row may stand above the header.
const MAX_ROWS_ABOVE: usize = 5;

/// The first line is read this far to see whether it names the delimiter.
const DECLARATION_BYTES: u64 = 16;

/// How an export is written, and what its columns are.
#[derive(Debug)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    /// How many rows stand above the header.
    pub(super) header: usize,
    pub(super) columns: Columns,
    /// What fields are in that are not UTF-8.
    pub(super) legacy: &'static Encoding,
}

impl Dialect {
    /// The delimiter is the one the export declares, else the one that makes the most columns of a header.
    pub(super) fn of<R: BufRead + Seek>(
        input: &mut Input<R>,
        legacy: &'static Encoding,
    ) -> Result<Self, SkipReason> {
        let candidates = declared(input)?.into_iter().chain(DELIMITERS);
        let mut best: Option<Self> = None;
        for delimiter in candidates {
            let found = Self::with(delimiter, input, legacy)?;
            let is_better = |found: &Self| {
                best.as_ref()
                    .is_none_or(|best| best.columns.count() < found.columns.count())
            };
            if let Some(found) = found.filter(is_better) {
                best = Some(found);
            }
        }
        best.ok_or(SkipReason::NotTickets)
    }

    fn with<R: BufRead + Seek>(
        delimiter: u8,
        input: &mut Input<R>,
        legacy: &'static Encoding,
    ) -> Result<Option<Self>, SkipReason> {
        let allowance = Allowance::new();
        let mut reader = reader(Bounded::new(input.open()?, &allowance), delimiter);
        let mut record = ByteRecord::new();
        for header in 0..=MAX_ROWS_ABOVE {
            if !reader.read_byte_record(&mut record).unwrap_or(false) {
                break;
            }
            let heads = record.iter().enumerate();
            let heads = heads.map(|(at, name)| Head::named(at, &decoded(name, legacy)));
            if let Some(columns) = Columns::of(heads.collect()) {
                return Ok(Some(Self {
                    delimiter,
                    header,
                    columns,
                    legacy,
                }));
            }
        }
        Ok(None)
    }
}

/// What a first line of `sep=;` says to spreadsheets.
fn declared<R: BufRead + Seek>(input: &mut Input<R>) -> Result<Option<u8>, SkipReason> {
    let mut line = Vec::new();
    input
        .open()?
        .take(DECLARATION_BYTES)
        .read_until(b'\n', &mut line)
        .map_err(|error| SkipReason::from(&error))?;
    let line = line.trim_ascii_start();
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let is_declaration = line.len() > 4 && line[..4].eq_ignore_ascii_case(b"sep=");
    let delimiter = line
        .get(4)
        .filter(|byte| byte.is_ascii() && !b"\r\n\"".contains(byte));
    Ok(delimiter.copied().filter(|_| is_declaration))
}
