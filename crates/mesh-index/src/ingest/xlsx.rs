//! XLSX: the sheets of a workbook, a row a line.

use super::notes::Notes;
use super::office::sheets::{self, Sheet};
use super::outline::Outline;
use super::skip::SkipReason;
use super::slug::Slugs;
use super::{table, title};
use crate::record::Passage;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 4;

/// The passages of a workbook, each below the name of its sheet.
///
/// # Errors
/// Why the file is left out: it is not what its name says, damaged, locked, or too much for its reader.
pub fn read(path: &str, bytes: &[u8], _notes: &mut Notes) -> Result<Vec<Passage>, SkipReason> {
    let mut outline = Outline::new(path);
    // The first heading of a document is its title, but a sheet's name is none.
    outline.heading(1, title::of_path(path), None, 1);
    outline.left_out();
    let mut slugs = Slugs::default();
    for sheet in sheets::read(bytes)? {
        let columns = filled_columns(&sheet);
        if columns.is_empty() {
            continue;
        }
        let anchor = slugs.next(&sheet.name);
        outline.heading(2, &sheet.name, Some(anchor), 1);
        for (number, cells) in &sheet.rows {
            let cells = columns
                .iter()
                .map(|at| cells.get(*at).map_or("", String::as_str));
            // A row is a line, whatever breaks its cells have.
            let row = table::line(cells).replace('\n', " ");
            outline.block(&row, *number, *number);
        }
    }
    Ok(outline.finish())
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
