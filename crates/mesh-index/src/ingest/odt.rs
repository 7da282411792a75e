//! ODT: the text of an OpenDocument, as LibreOffice writes it: headings, paragraphs, lists and tables.

mod body;
mod lists;

use self::body::Body;
use super::notes::Notes;
use super::office::package::Package;
use super::skip::SkipReason;
use crate::record::Passage;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 4;

const KIND: &str = "ODT";

/// The passages of a document; the number of the paragraph stands for the line.
///
/// # Errors
/// Why the file is left out: it is not what its name says, damaged, locked, or too much for its reader.
pub fn read(path: &str, bytes: &[u8], _notes: &mut Notes) -> Result<Vec<Passage>, SkipReason> {
    let mut package = Package::open(bytes, KIND)?;
    let mut body = Body::new(path);
    let pages = body.read_styles(&package.part("styles.xml")?.unwrap_or_default())?;
    body.read(&package.main("content.xml")?)?;
    body.notes(&pages);
    Ok(body.finish(&package.title("meta.xml")?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::office::package::{broken, tests::package};

    fn check(body: &str) -> Vec<Passage> {
        let content = format!(
            "<office:document-content><office:automatic-styles><style:style style:name='P1' style:parent-style-name='Title'/>\
             </office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
        );
        let meta = "<office:document-meta><office:meta><dc:title>Untold</dc:title></office:meta></office:document-meta>";
        let bytes = package(&[("content.xml", &content), ("meta.xml", meta)]);
        read("docs/mill.odt", &bytes, &mut Notes::default()).expect("a document")
    }

    #[test]
    fn headings_lists_and_tables_keep_their_form() {
        let passages = check(
            "<text:p text:style-name='P1'>Mill plan</text:p>\
             <text:table-of-content><text:index-body><text:p>Wheel 3</text:p></text:index-body></text:table-of-content>\
             <text:h text:outline-level='1'>Wheel</text:h><text:p>Turns<text:s text:c='2'/>&amp;<text:tab/>turns<text:line-break/>on.</text:p>\
             <text:list><text:list-item><text:p>Grease</text:p><text:list><text:list-item><text:p>Thick</text:p></text:list-item></text:list></text:list-item>\
             <text:list-item><text:p>Oil</text:p></text:list-item></text:list>\
             <text:h text:outline-level='2'>Axle</text:h>\
             <table:table><table:table-row><table:table-cell><text:p>Part</text:p></table:table-cell><table:table-cell><text:p>Age</text:p></table:table-cell></table:table-row>\
             <table:table-row><table:table-cell><text:p>Wheel</text:p></table:table-cell><table:table-cell><text:p>40</text:p></table:table-cell></table:table-row></table:table>",
        );
        let seen: Vec<_> = passages
            .iter()
            .map(|passage| (passage.headings.join("/"), &*passage.text))
            .collect();
        assert_eq!(
            seen,
            [
                (
                    "Wheel".to_owned(),
                    "Turns & turns\non.\n\n- Grease\n\n- Thick\n\n- Oil"
                ),
                ("Wheel/Axle".to_owned(), "Part | Age\nWheel | 40"),
            ]
        );
        assert_eq!(passages[0].title, "Mill plan");
        assert_eq!(passages[1].anchor.as_deref(), Some("axle"));
        assert_eq!(passages[0].line_start, 3);
    }

    #[test]
    fn the_items_of_a_numbered_list_keep_their_numbers() {
        let item = |attributes: &str, text: &str| {
            format!("<text:list-item {attributes}><text:p>{text}</text:p></text:list-item>")
        };
        let styles = "<office:document-styles><office:styles><text:list-style style:name='L1'>\
            <text:list-level-style-number text:level='1' style:num-format='1' style:num-suffix='.' text:start-value='3'/>\
            <text:list-level-style-number text:level='2' style:num-format='a' style:num-suffix=')' text:display-levels='2'/>\
            <text:list-level-style-bullet text:level='3'/></text:list-style></office:styles>\
            <office:master-styles><style:header><text:p>For <text:span>wardens</text:span></text:p><text:p>Mill</text:p></style:header>\
            <style:header-left><text:p>For <text:span>wardens</text:span></text:p><text:p>Mill</text:p></style:header-left><style:footer><text:p>3</text:p></style:footer></office:master-styles></office:document-styles>";
        let body = [
            "<text:list text:style-name='L1'>",
            &item("", "Stop</text:p><text:p>all of it"),
            "<text:list-header><text:p>Now</text:p></text:list-header><text:list-item><text:p>Restore</text:p><text:list>",
            &item("", "one"),
            "<text:list-item><text:list>",
            &item("", "first"),
            "</text:list></text:list-item></text:list></text:list-item></text:list><text:p>Wait.</text:p>\
             <text:list text:style-name='L1' text:continue-numbering='true'>",
            &item("", "Go"),
            &item("text:start-value='9'", "Run"),
            "</text:list><table:table><table:table-row><table:table-cell><text:list text:style-name='L1'>",
            &item("", "Cell"),
            "</text:list></table:table-cell></table:table-row></table:table>",
        ];
        let content = format!("<office:text>{}</office:text>", body.concat());
        let bytes = package(&[("content.xml", &content), ("styles.xml", styles)]);
        let passages = read("a.odt", &bytes, &mut Notes::default()).expect("a document");
        assert_eq!(
            passages[0].text,
            "3. Stop\n\nall of it\n\nNow\n\n4. Restore\n\n4.a) one\n\n- first\n\nWait.\n\n5. Go\n\n9. Run\n\n3. Cell\n\nFor wardens\nMill"
        );
    }

    #[test]
    fn blank_and_covered_cells_keep_their_places_and_no_title_is_lost() {
        let cell =
            |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
        let passages = check(&format!(
            "<text:p text:style-name='P1'>Mill plan</text:p><text:p text:style-name='Title'>Second</text:p>\
             <text:h text:outline-level='1'>Next</text:h><table:table><table:table-row>{}{}{}</table:table-row>\
             <table:table-row>{}<table:covered-table-cell/>{}</table:table-row></table:table>",
            cell(""),
            cell("Owner"),
            cell("Backup"),
            cell("db1"),
            cell("Jane"),
        ));
        assert_eq!(passages[0].title, "Mill plan");
        assert_eq!(passages[0].text, "Second");
        assert_eq!(passages[1].text, " | Owner | Backup\ndb1 |  | Jane");
    }

    #[test]
    fn only_what_a_reader_sees_is_read() {
        let passages = check(
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion></text:changed-region></text:tracked-changes>\
             <text:p>One<office:annotation><dc:creator>Ada</dc:creator><text:p>A remark.</text:p></office:annotation> two\
             <text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Seen in May.</text:p></text:note-body></text:note>\
             <draw:frame><draw:text-box><text:p>In a box.</text:p></draw:text-box><svg:title>t</svg:title></draw:frame> <text:span>three</text:span> <text:a xlink:href='https://x.org'>four</text:a></text:p>",
        );
        assert_eq!(
            passages[0].text,
            "A remark.\n\nSeen in May.\n\nIn a box.\n\nOne two three four <https://x.org>"
        );
        assert_eq!(passages[0].title, "Untold");
    }

    #[test]
    fn what_a_picture_shows_is_told() {
        let passages = check(
            "<text:p>See<draw:frame><draw:image/><svg:title>1.png</svg:title><svg:desc>an otter</svg:desc></draw:frame></text:p>",
        );
        assert_eq!(passages[0].text, "See an otter");
    }

    #[test]
    fn what_is_damaged_is_named() {
        let read = |bytes: &[u8]| read("a.odt", bytes, &mut Notes::default());
        assert_eq!(read(b"PK no archive"), Err(broken("ODT")));
        assert_eq!(read(&package(&[("a.txt", "x")])), Err(broken("ODT")));
        let cut = package(&[("content.xml", "<a><text:p></a>")]);
        assert_eq!(read(&cut), Err(broken("ODT")));
    }
}
