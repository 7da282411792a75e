//! XLSX: the sheets of a workbook, a row a line.

use std::collections::HashMap;

use super::notes::Notes;
use super::office::package::Package;
use super::office::sheets::{self, Sheet};
use super::office::{drawn, relations};
use super::outline::Outline;
use super::skip::SkipReason;
use super::slug::Slugs;
use super::{link, table, title};
use crate::record::Passage;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 4;

/// The passages of a workbook, each below the name of its sheet.
///
/// # Errors
/// Why the file is left out: it is not what its name says, damaged, locked, or too much for its reader.
pub fn read(path: &str, bytes: &[u8], notes: &mut Notes) -> Result<Vec<Passage>, SkipReason> {
    let mut outline = Outline::new(path);
    // The first heading of a document is its title, but a sheet's name is none.
    outline.heading(1, title::of_path(path), None, 1);
    outline.left_out();
    let mut slugs = Slugs::default();
    let sheets = sheets::read(bytes)?;
    let mut package = Package::open(bytes, sheets::KIND)?;
    for sheet in sheets {
        let rows = rows(&sheet, &sheets::links(&mut package, &sheet.path)?);
        let beside = beside(&mut package, &sheet.path, notes)?;
        if rows.is_empty() && beside.is_empty() {
            continue;
        }
        let anchor = slugs.next(&sheet.name);
        outline.heading(2, &sheet.name, Some(anchor), 1);
        for (number, row) in &rows {
            outline.block(row, *number, *number);
        }
        let last = rows.last().map_or(1, |(number, _)| *number);
        for text in &beside {
            outline.block(text, last, last);
        }
    }
    Ok(outline.finish())
}

/// The rows as lines, whatever breaks their cells have, with where links lead.
fn rows(sheet: &Sheet, links: &HashMap<(u32, usize), String>) -> Vec<(u32, String)> {
    let columns = filled_columns(sheet);
    let row = |(number, cells): &(u32, Vec<String>)| {
        let cells = columns.iter().map(|at| {
            let text = cells.get(*at).map_or("", |cell| cell.trim());
            let target = links.get(&(*number, *at));
            let shown = target.and_then(|target| link::shown(text, target));
            text.replace('\n', " ") + &shown.unwrap_or_default()
        });
        let cells: Vec<String> = cells.collect();
        (*number, table::line(cells.iter().map(String::as_str)))
    };
    sheet
        .rows
        .iter()
        .map(row)
        .filter(|(_, row)| !row.is_empty())
        .collect()
}

/// What is drawn on a sheet, and what people remark on its cells.
fn beside(
    package: &mut Package<'_>,
    sheet: &str,
    notes: &mut Notes,
) -> Result<Vec<String>, SkipReason> {
    let kind = sheets::KIND;
    let types = ["comments", "threadedComment", "drawing"];
    let mut texts = drawn::texts(package, kind, sheet, &types, notes)?;
    for drawing in relations::of_type(package, kind, sheet, "drawing")? {
        texts.extend(drawn::texts(package, kind, &drawing, &["chart"], notes)?);
    }
    Ok(texts)
}

/// The columns that hold something in any row: the others are margins, not blank cells.
fn filled_columns(sheet: &Sheet) -> Vec<usize> {
    let mut is_filled = Vec::new();
    for (_, cells) in &sheet.rows {
        is_filled.resize(is_filled.len().max(cells.len()), false);
        for (column, cell) in is_filled.iter_mut().zip(cells) {
            *column |= !cell.trim().is_empty();
        }
    }
    (0..is_filled.len()).filter(|at| is_filled[*at]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::office::package::tests::package;
    use crate::ingest::office::sheets::tests::workbook;

    #[test]
    fn rows_are_lines_below_the_name_of_their_sheet() {
        let bytes = workbook(
            "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='C1' t='s'><v>1</v></c></row><row r='3'><c r='A3'><v>7</v></c></row>",
        );
        let passages =
            read("d/pumps of May.xlsx", &bytes, &mut Notes::default()).expect("a workbook");
        assert_eq!(passages.len(), 1);
        let passage = &passages[0];
        assert_eq!(passage.title, "pumps of May.xlsx");
        assert_eq!(passage.headings, ["Pumps"]);
        assert_eq!(passage.text, "Key | Summary\n\n7");
        assert_eq!((passage.line_start, passage.line_end), (1, 3));
    }

    #[test]
    fn a_row_is_a_line_whatever_its_cells_hold() {
        let bytes = workbook(
            "<row r='1'><c t='str'><v>grease_x000D_\noil</v></c><c t='str'><v>both\nsides</v></c></row>",
        );
        let passages = read("d/pumps.xlsx", &bytes, &mut Notes::default()).expect("a workbook");
        assert_eq!(passages[0].text, "grease oil | both sides");
    }

    #[test]
    fn links_remarks_and_charts_are_read() {
        let bytes = package(&[
            (
                "xl/workbook.xml",
                "<workbook><sheets><sheet name='Otters' r:id='r1'/><sheet name='Chart' r:id='r2'/></sheets></workbook>",
            ),
            (
                "xl/_rels/workbook.xml.rels",
                "<Relationships><Relationship Id='r1' Target='s.xml'/><Relationship Id='r2' Target='c.xml'/></Relationships>",
            ),
            (
                "xl/s.xml",
                "<worksheet><sheetData><row r='2'><c r='A2' t='str'><v>Dee</v></c><c r='B2'><v>7</v></c></row></sheetData>\
                 <hyperlinks><hyperlink ref='A2' r:id='r9'/></hyperlinks></worksheet>",
            ),
            (
                "xl/_rels/s.xml.rels",
                "<Relationships><Relationship Id='r9' Type='x/hyperlink' Target='https://x.org/d' TargetMode='External'/>\
                 <Relationship Id='r8' Type='x/comments' Target='comments.xml'/></Relationships>",
            ),
            (
                "xl/comments.xml",
                "<comments><comment ref='B2'><text><t>Or nine?</t></text></comment></comments>",
            ),
            ("xl/c.xml", "<chartsheet/>"),
            (
                "xl/_rels/c.xml.rels",
                "<Relationships><Relationship Id='r1' Type='x/drawing' Target='d.xml'/></Relationships>",
            ),
            ("xl/d.xml", "<xdr:wsDr/>"),
            (
                "xl/_rels/d.xml.rels",
                "<Relationships><Relationship Id='r1' Type='x/chart' Target='chart.xml'/></Relationships>",
            ),
            (
                "xl/chart.xml",
                "<c:title><a:p><a:r><a:t>Otters by river</a:t></a:r></a:p></c:title>",
            ),
        ]);
        let passages = read("d/o.xlsx", &bytes, &mut Notes::default()).expect("a workbook");
        let seen: Vec<_> = passages
            .iter()
            .map(|passage| (&*passage.headings[0], &*passage.text))
            .collect();
        assert_eq!(
            seen,
            [
                ("Otters", "Dee <https://x.org/d> | 7\n\nB2: Or nine?"),
                ("Chart", "Otters by river")
            ]
        );
    }

    #[test]
    fn a_blank_cell_keeps_its_place() {
        let row = |number: u32, cells: &[&str]| {
            let cells = cells
                .iter()
                .map(|cell| format!("<c t='str'><v>{cell}</v></c>"));
            format!("<row r='{number}'>{}</row>", cells.collect::<String>())
        };
        let rows = [
            row(1, &["", "Server", "Owner", "Backup"]),
            row(2, &["", "db1", "", "Jane"]),
            row(3, &["", "db2", "Bob", " "]),
            "<row r='4'><c r='B4' t='str'><v>db3</v></c><c r='D4' t='b'><v>0</v></c></row>"
                .to_owned(),
        ];
        let bytes = workbook(&rows.concat());
        let passages = read("d/hosts.xlsx", &bytes, &mut Notes::default()).expect("a workbook");
        assert_eq!(
            passages[0].text,
            "Server | Owner | Backup\n\ndb1 |  | Jane\n\ndb2 | Bob\n\ndb3 |  | no"
        );
    }
}
