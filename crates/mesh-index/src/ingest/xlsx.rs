//! XLSX: the sheets of a workbook, a row a line.

use super::notes::Notes;
use super::office::sheets;
use super::outline::Outline;
use super::skip::SkipReason;
use super::slug::Slugs;
use super::title;
use crate::record::Passage;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 1;

/// The passages of a workbook, each below the name of its sheet.
pub fn read(path: &str, bytes: &[u8], _notes: &mut Notes) -> Result<Vec<Passage>, SkipReason> {
    let mut outline = Outline::new(path);
    // The first heading of a document is its title, but a sheet's name is none.
    outline.heading(1, title::of_path(path), None);
    let mut slugs = Slugs::default();
    for sheet in sheets::read(bytes)? {
        let anchor = slugs.next(&sheet.name);
        outline.heading(2, &sheet.name, Some(anchor));
        for (number, cells) in &sheet.rows {
            let cells = cells.iter().map(|cell| cell.trim());
            let cells: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
            outline.block(&cells.join(" | "), *number, *number);
        }
    }
    Ok(outline.finish())
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
}
