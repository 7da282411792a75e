//! Jira's CSV export: columns are known by name, and one name may head several.

mod dialect;
mod legacy;
mod swallowed;

use std::borrow::Cow;
use std::io::{BufRead, Read, Seek};

use ::csv::{ByteRecord, Reader, ReaderBuilder};
use encoding_rs::{Encoding, WINDOWS_1252};

use self::dialect::Dialect;
use super::bounded::{Allowance, Bounded};
use super::date::Order;
use super::input::Input;
use super::row::Row;
use crate::ingest::decode;
use crate::ingest::notes::{Notes, Place};
use crate::ingest::skip::SkipReason;
use crate::record::Ticket;

/// Put behind the input. It comes out as a row of its own, unless a quote that is never closed takes it in.
const END: &[u8] = b"\n\x1aend of export\x1a\n";

/// Reads the export three times: only all of its text tells in which encoding it is, only all of its dates how each is meant.
pub(super) fn read<R: BufRead + Seek>(
    path: &str,
    input: &mut Input<R>,
    emit: &mut dyn FnMut(Ticket),
    notes: &mut Notes,
) -> Result<(), SkipReason> {
    let legacy = legacy::encoding(input)?;
    let dialect = Dialect::of(input, legacy.unwrap_or(WINDOWS_1252))?;
    if let Some(guess) = legacy {
        notes.remark(
            Place::File,
            "neither in UTF-8 nor in a named encoding, read as what it most likely is",
            guess.name(),
        );
    }
    let mut order = Order::default();
    let survey = rows(input, &dialect, &mut |row| {
        dialect.columns.learn(row, &mut order);
    });
    // What the damage takes in is not what it seems to be; all that stands before it is.
    let end = match &survey {
        Err(SkipReason::BrokenTickets { line }) => *line,
        _ => u64::MAX,
    };
    let read = rows(input, &dialect, &mut |row| {
        if row.number >= end {
            return;
        }
        if swallowed::has_rows(&dialect.columns, dialect.delimiter, row) {
            let line = row.number;
            return notes.skip(row.place.clone(), SkipReason::BrokenTickets { line });
        }
        let ticket = dialect.columns.ticket(path, row, &order, notes);
        ticket.into_iter().for_each(&mut *emit);
    });
    survey.and(read)
}

/// Hands on every row below the header.
fn rows<R: BufRead + Seek>(
    input: &mut Input<R>,
    dialect: &Dialect,
    take: &mut dyn FnMut(&Row<'_>),
) -> Result<(), SkipReason> {
    let allowance = Allowance::new();
    let bounded = Bounded::new(input.open()?.chain(END), &allowance);
    let mut reader = reader(bounded, dialect.delimiter);
    let mut record = ByteRecord::new();
    let mut last = 0;
    for number in 0.. {
        let start = reader.position().line();
        allowance.renew();
        match reader.read_byte_record(&mut record) {
            Ok(true) if is_end(&record) => break,
            Ok(true) => last = record.position().map_or(start, ::csv::Position::line),
            // Every row came, but the end did not: it is in the last of them.
            Ok(false) => return Err(SkipReason::BrokenTickets { line: last }),
            Err(_) => return Err(SkipReason::BrokenTickets { line: start }),
        }
        if number > dialect.header {
            let cells = record.iter().map(|cell| decoded(cell, dialect.legacy));
            take(&Row::at_line(cells.collect(), last));
        }
    }
    Ok(())
}

/// UTF-8, else what spreadsheets write instead.
fn decoded<'a>(field: &'a [u8], legacy: &'static Encoding) -> Cow<'a, str> {
    decode::utf8(field).unwrap_or_else(|| legacy.decode_without_bom_handling(field).0)
}

fn is_end(record: &ByteRecord) -> bool {
    record.len() == 1 && record[0] == *END.trim_ascii()
}

fn reader<R: Read>(input: R, delimiter: u8) -> Reader<R> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(input)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::tickets::tests::all;

    fn noted(source: impl AsRef<[u8]>) -> (Result<Vec<Ticket>, SkipReason>, Notes) {
        let (read, tickets, notes) = all("t.csv", source);
        (read.map(|()| tickets), notes)
    }

    fn check(source: impl AsRef<[u8]>) -> Result<Vec<Ticket>, SkipReason> {
        noted(source).0
    }

    fn field<'a>(ticket: &'a Ticket, name: &str) -> Vec<&'a str> {
        let named = ticket.fields.iter().filter(|field| field.name == name);
        named.map(|field| field.value.as_str()).collect()
    }

    #[test]
    fn columns_of_one_name_are_values_of_one_field() {
        let tickets = check(
            "\u{feff}Summary,Issue key,Issue Type,Status,Labels,Labels,Created,Description,Comment,Comment\n\
             \"Fix, now\",AB-1,Bug,Open,red,blue,15/Jan/24 10:30 AM,\"two\nlines\",first,\n\
             Second,AB-2,Task,Done,,,never,,,\n",
        )
        .expect("an export");
        assert_eq!(tickets.len(), 2);
        assert_eq!(
            (tickets[0].key.as_str(), tickets[0].project.as_str()),
            ("AB-1", "AB")
        );
        assert_eq!(tickets[0].summary, "Fix, now");
        assert_eq!(tickets[0].description, "two\nlines");
        assert_eq!(tickets[0].labels, ["red", "blue"]);
        assert_eq!(tickets[0].comments, ["first"]);
        assert_eq!(tickets[0].created, "2024-01-15T10:30:00Z");
        assert_eq!((tickets[0].line, tickets[1].line), (2, 4));
        assert_eq!(tickets[1].created, "");
    }

    #[test]
    fn the_delimiter_is_the_one_that_makes_columns_of_the_header() {
        for source in [
            "Issue key;Summary\nX-1;\"a;b\"\n",
            "Summary;Issue key;\"Custom field (x,y,z,w)\"\na;b;X-1\n"
                .replace("a;b", "\"a;b\"")
                .as_str(),
            "sep=;\nIssue key;Summary\nX-1;\"a;b\"\n",
            "\u{feff}sep=^\r\nIssue key^Summary\r\nX-1^a;b\r\n",
            "\"sep=,\"\nSummary,Issue key\na;b,X-1\n",
            "Issue key\tSummary\nX-1\ta;b\n",
            "Issue key|Summary\nX-1|a;b\n",
        ] {
            let tickets = check(source).expect(source);
            let seen = (&tickets[0].key[..], &tickets[0].summary[..]);
            assert_eq!(seen, ("X-1", "a;b"), "{source}");
        }
    }

    #[test]
    fn lines_are_counted_from_the_first_one_of_the_file() {
        let tickets = check("sep=;\nIssue key;Summary\nX-1;a\nX-2;b\n").expect("an export");
        assert_eq!((tickets[0].line, tickets[1].line), (3, 4));
    }

    #[test]
    fn headers_are_known_in_other_languages() {
        for source in [
            "Zusammenfassung;Vorgangsschlüssel;Erstellt\nTür;X-1;7/Mär/24 9:00 AM\n",
            "Résumé,Clé de ticket,Création\nTür,X-1,7/mars/24 9:00\n",
            "Work item key,Summary,Created\nX-1,Tür,07/Mar/24 9:00 AM\n",
        ] {
            let tickets = check(source).expect(source);
            let seen = (&tickets[0].summary[..], &tickets[0].created[..]);
            assert_eq!(seen, ("Tür", "2024-03-07T09:00:00Z"), "{source}");
        }
    }

    #[test]
    fn a_column_of_no_known_name_is_a_field_of_its_own() {
        let tickets = check(
            "Issue key,Summary,Custom field (Team (new)),Sprint,Sprint,Fix Version/s,\n\
             X-1,a,Otters,Sprint 3,Sprint 4,,loose\n\
             X-2,b,,,,2.0,,beyond\n",
        )
        .expect("an export");
        assert_eq!(field(&tickets[0], "Team (new)"), ["Otters"]);
        assert_eq!(field(&tickets[0], "Sprint"), ["Sprint 3", "Sprint 4"]);
        assert_eq!(field(&tickets[0], "column 7"), ["loose"]);
        assert_eq!(field(&tickets[1], "Fix Version/s"), ["2.0"]);
        assert_eq!(field(&tickets[1], "column 8"), ["beyond"]);
        assert_eq!(tickets[1].fields.len(), 2);
    }

    #[test]
    fn all_dates_of_an_export_tell_which_comes_first() {
        let dates = |source: &str| -> Vec<String> {
            let tickets = check(source).expect("an export");
            tickets.into_iter().map(|ticket| ticket.created).collect()
        };
        assert_eq!(
            dates("Issue key,Summary,Created\nX-1,a,05/01/24\nX-2,b,13/01/24\n"),
            ["2024-01-05T00:00:00Z", "2024-01-13T00:00:00Z"]
        );
        assert_eq!(
            dates("Issue key,Summary,Created\nX-1,a,05/01/24\nX-2,b,01/13/24\n"),
            ["2024-05-01T00:00:00Z", "2024-01-13T00:00:00Z"]
        );
    }

    #[test]
    fn a_date_that_is_not_understood_is_told_and_stays_readable() {
        let (tickets, notes) = noted("Issue key,Summary,Updated\nX-1,a,05/01/24\nX-2,b,soon\n");
        let tickets = tickets.expect("an export");
        assert_eq!(field(&tickets[0], "Updated"), ["05/01/24"]);
        assert_eq!(field(&tickets[1], "Updated"), ["soon"]);
        assert_eq!(notes.groups.len(), 2);
        assert_eq!(notes.skipped(), 0);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_damage_from_its_row_on() {
        for tail in ["X-3,c\nX-4,d\n", "X-3,c\nX-4,d", ""] {
            let source = format!("Issue key,Summary\nX-1,a\nX-2,\"b\n{tail}");
            let (read, tickets, _) = all("t.csv", source);
            assert_eq!(read, Err(SkipReason::BrokenTickets { line: 3 }), "{tail}");
            assert_eq!(tickets.len(), 1, "{tail}");
        }
        assert_eq!(
            check("Issue key,Summary\nX-1,5\" disk\n").map(|t| t.len()),
            Ok(1)
        );
    }

    #[test]
    fn a_quote_that_another_row_closes_is_named() {
        let (tickets, notes) = noted(
            "Issue key,Summary,Status\nX-1,\"a,Open\nX-2,b,Open\nX-3,\"c\",Open\nX-4,\"d\n1,2,3\",Done\n",
        );
        let tickets = tickets.expect("an export");
        let keys: Vec<_> = tickets.iter().map(|ticket| &ticket.key[..]).collect();
        assert_eq!(keys, ["X-4"]);
        assert_eq!(notes.skipped(), 1);
    }

    #[test]
    fn a_row_without_a_key_is_told_unless_it_is_empty() {
        let (tickets, notes) = noted("Issue key,Summary\nX-1,a\n,,\n,b\n\nX-2,c\n");
        assert_eq!(tickets.map(|tickets| tickets.len()), Ok(2));
        assert_eq!(notes.skipped(), 1);
    }

    #[test]
    fn other_tables_are_refused() {
        assert_eq!(check("name,age\nada,36\n"), Err(SkipReason::NotTickets));
        assert_eq!(check(""), Err(SkipReason::NotTickets));
    }

    #[test]
    fn a_field_of_another_encoding_costs_no_ticket() {
        let tickets = check(b"Issue key,Summary\nA-1,Caf\xE9 \x80\nA-2,caf\xC3\xA9\nA-3,tea\n");
        let tickets = tickets.expect("an export");
        let summaries: Vec<_> = tickets.iter().map(|ticket| &ticket.summary[..]).collect();
        assert_eq!(summaries, ["Caf\u{e9} \u{20ac}", "caf\u{e9}", "tea"]);
    }

    #[test]
    fn an_export_in_utf_16_is_read() {
        let text = "\u{feff}Issue key\tSummary\r\nA-1\tCaf\u{e9} \u{1f600}\r\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [little, big] {
            let tickets = check(bytes).expect("an export");
            assert_eq!(tickets.len(), 1);
            assert_eq!(tickets[0].summary, "Caf\u{e9} \u{1f600}");
        }
    }
}
