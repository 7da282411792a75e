//! DOCX: the text of a Word document as its reader sees it, by paragraph styles, lists and tables.
//!
//! A document is a zip archive of XML parts. Each is unpacked within a bound and read as a stream.

mod body;
mod numbering;
mod package;
mod paragraph;
mod styles;

use self::body::Body;
use self::numbering::Numbering;
use self::package::Package;
use self::styles::Styles;
use super::notes::Notes;
use super::skip::SkipReason;
use crate::record::Passage;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 4;

const KIND: &str = "DOCX";

/// The passages of a Word document; the number of the paragraph stands for the line.
///
/// # Errors
/// Why the file is left out: it is not what its name says, damaged, locked, or too much for its reader.
pub fn read(path: &str, bytes: &[u8], notes: &mut Notes) -> Result<Vec<Passage>, SkipReason> {
    let mut package = Package::open(bytes)?;
    let styles = Styles::read(&package.beside("styles.xml")?)?;
    let numbering = Numbering::read(&package.beside("numbering.xml")?)?;
    let mut body = Body::new(path, &styles, numbering);
    body.links = package.links()?;
    body.chunks = package.chunks(notes)?;
    body.read(&package.main()?)?;
    // The parts beside it have links of their own.
    body.links.clear();
    body.chunks.clear();
    for part in ["footnotes.xml", "endnotes.xml", "comments.xml"] {
        body.leave_headings();
        body.read(&package.beside(part)?)?;
    }
    for text in package.drawn(notes)? {
        body.note(&text);
    }
    // First, even and other pages often have the same.
    let mut seen = Vec::new();
    for part in package.headers_and_footers()? {
        let mut page = Body::new(path, &styles, Numbering::default());
        page.read(&part)?;
        let texts = page.finish("").into_iter().map(|passage| passage.text);
        let text = texts.collect::<Vec<_>>().join("\n\n");
        if text.contains(char::is_alphabetic) && !seen.contains(&text) {
            body.note(&text);
            seen.push(text);
        }
    }
    Ok(body.finish(&package.title()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::notes::Place;
    use crate::ingest::office::package::tests::package;
    use crate::ingest::skip::ByteSize;

    const RELATIONS: &str = r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="/word/document2.xml"/></Relationships>"#;

    fn document(body: &str) -> String {
        format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>")
    }

    fn check(body: &str) -> Vec<Passage> {
        let styles = "<w:styles><w:style w:styleId='berschrift1'><w:name w:val='heading 1'/></w:style>\
            <w:style w:styleId='Clause'><w:basedOn w:val='berschrift1'/></w:style>\
            <w:style w:styleId='Verzeichnis1'><w:name w:val='toc 1'/></w:style>\
            <w:style w:styleId='Outlined'><w:name w:val='Own'/><w:pPr><w:outlineLvl w:val='1'/></w:pPr></w:style></w:styles>";
        let bytes = package(&[
            ("_rels/.rels", RELATIONS),
            ("word/document2.xml", &document(body)),
            ("word/styles.xml", styles),
        ]);
        read("docs/plan.docx", &bytes, &mut Notes::default()).expect("a document")
    }

    fn paragraph(style: &str, text: &str) -> String {
        format!("<w:p><w:pPr><w:pStyle w:val='{style}'/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
    }

    fn texts(passages: &[Passage]) -> Vec<(String, &str)> {
        let text = passages.iter().map(|passage| &*passage.text);
        let headings = passages.iter().map(|passage| passage.headings.join("/"));
        headings.zip(text).collect()
    }

    #[test]
    fn headings_are_known_by_the_names_of_their_styles() {
        let passages = check(
            &[
                paragraph("Title", "Mill plan"),
                paragraph("Verzeichnis1", "Wheel 3"),
                paragraph("berschrift1", "Wheel"),
                paragraph("Standard", "Turns &amp; turns&#33;"),
                paragraph("Outlined", "Axle"),
                paragraph("Standard", "Oak."),
                paragraph("Clause", "Race"),
                paragraph("Standard", "Dry."),
            ]
            .concat(),
        );
        assert_eq!(passages[0].title, "Mill plan");
        assert_eq!(passages[0].anchor.as_deref(), Some("wheel"));
        assert_eq!((passages[0].line_start, passages[0].line_end), (4, 4));
        assert_eq!(
            texts(&passages),
            [
                ("Wheel".to_owned(), "Turns & turns!"),
                ("Wheel/Axle".to_owned(), "Oak."),
                ("Race".to_owned(), "Dry."),
            ]
        );
    }

    #[test]
    fn lists_and_tables_keep_their_form() {
        let item = "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr><w:r><w:t>Grease</w:t></w:r></w:p>";
        let cell = |text: &str| format!("<w:tc>{}</w:tc>", paragraph("", text));
        let table = format!(
            "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>",
            cell("Part"),
            cell("Age"),
            cell("Wheel"),
            cell("40")
        );
        let passages = check(&format!("{item}{item}{table}"));
        assert_eq!(
            passages[0].text,
            "- Grease\n\n- Grease\n\nPart | Age\nWheel | 40"
        );
    }

    #[test]
    fn the_items_of_a_numbered_list_keep_their_numbers() {
        let numbering = "<w:numbering><w:abstractNum w:abstractNumId='4'><w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='decimal'/>\
            <w:lvlText w:val='%1.'/></w:lvl></w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='4'/></w:num></w:numbering>";
        let styles = "<w:styles><w:style w:styleId='Step'><w:name w:val='Step'/><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr></w:style></w:styles>";
        let item = |text: &str| {
            format!(
                "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
            )
        };
        let body = [
            item("Stop"),
            paragraph("", "Wait."),
            paragraph("Step", "Restore"),
            paragraph("List Number", "Of no list"),
            format!(
                "<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>",
                item(""),
                paragraph("", "Go")
            ),
        ];
        let bytes = package(&[
            ("word/document.xml", &document(&body.concat())),
            ("word/styles.xml", styles),
            ("word/numbering.xml", numbering),
        ]);
        let passages = read("a.docx", &bytes, &mut Notes::default()).expect("a document");
        assert_eq!(
            passages[0].text,
            "1. Stop\n\nWait.\n\n2. Restore\n\n- Of no list\n\n3. | Go"
        );
    }

    #[test]
    fn headings_and_clauses_of_a_list_style_keep_their_numbers() {
        let level = |at: u8, text: &str| {
            format!(
                "<w:lvl w:ilvl='{at}'><w:start w:val='1'/><w:numFmt w:val='decimal'/><w:lvlText w:val='{text}'/></w:lvl>"
            )
        };
        let numbering = format!(
            "<w:numbering><w:abstractNum w:abstractNumId='0'><w:numStyleLink w:val='Clauses'/></w:abstractNum>\
             <w:abstractNum w:abstractNumId='1'><w:styleLink w:val='Clauses'/>{}{}</w:abstractNum>\
             <w:num w:numId='5'><w:abstractNumId w:val='0'/></w:num></w:numbering>",
            level(0, "§%1"),
            level(1, "§%1.%2")
        );
        let numbered = |style: &str, depth: u8, text: &str| {
            format!(
                "<w:p><w:pPr><w:pStyle w:val='{style}'/><w:numPr><w:ilvl w:val='{depth}'/><w:numId w:val='5'/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
            )
        };
        let body = [
            numbered("Heading1", 0, "Scope"),
            numbered("", 1, "It binds."),
            numbered("Heading2", 1, "Detail"),
            paragraph("", "More."),
        ];
        let bytes = package(&[
            ("word/document.xml", &document(&body.concat())),
            ("word/numbering.xml", &numbering),
        ]);
        let passages = read("a.docx", &bytes, &mut Notes::default()).expect("a document");
        assert_eq!(
            texts(&passages),
            [
                (String::new(), "§1.1 It binds."),
                ("§1.2 Detail".to_owned(), "More.")
            ]
        );
        assert_eq!(passages[0].title, "§1 Scope");
        assert_eq!(passages[1].anchor.as_deref(), Some("detail"));
    }

    #[test]
    fn a_blank_cell_keeps_its_place() {
        let cell = |text: &str| format!("<w:tc>{}</w:tc>", paragraph("", text));
        let row = |cells: &[&str]| {
            let cells = cells.iter().map(|text| cell(text));
            format!("<w:tr>{}</w:tr>", cells.collect::<String>())
        };
        let inner = format!("<w:tc><w:tbl>{}</w:tbl></w:tc>", row(&["a", "b"]));
        let rows = [
            row(&["", "Owner", "Backup"]),
            row(&["db1", "", "Jane"]),
            row(&["db2", "Bob", ""]),
            row(&["both", "Eve"]).replacen(
                "<w:tc>",
                "<w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>",
                1,
            ),
            format!("<w:tr>{inner}{}</w:tr>", cell("Ada")),
            row(&["Zoe"]).replacen(
                "<w:tr>",
                "<w:tr><w:trPr><w:gridBefore w:val='2'/></w:trPr>",
                1,
            ),
        ];
        let passages = check(&format!("<w:tbl>{}</w:tbl>", rows.concat()));
        assert_eq!(
            passages[0].text,
            " | Owner | Backup\ndb1 |  | Jane\ndb2 | Bob\nboth |  | Eve\na | b | Ada\n |  | Zoe"
        );
    }

    #[test]
    fn no_title_is_lost() {
        let long = "word ".repeat(100);
        let passages = check(
            &[
                paragraph("Title", "Mill plan"),
                paragraph("Title", "No deploys in May"),
                paragraph("berschrift1", long.trim()),
            ]
            .concat(),
        );
        assert_eq!(passages[0].title, "Mill plan");
        assert_eq!(passages[0].text, "No deploys in May");
        assert_eq!(passages[1].text, long.trim());
        let alone = check(&paragraph("Title", "No deploys in May"));
        assert_eq!(alone[0].text, "No deploys in May");
        let contents = paragraph("berschrift1", "Contents") + &paragraph("Verzeichnis1", "Wheel 3");
        assert_eq!(check(&contents), []);
    }

    #[test]
    fn only_what_a_reader_sees_is_read() {
        let passages = check(
            "<w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs><w:pPrChange><w:pPr><w:pStyle w:val='berschrift1'/></w:pPr></w:pPrChange></w:pPr>\
             <w:r><w:t>One</w:t><w:tab/><w:t>two</w:t><w:br/></w:r>\
             <w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t>three</w:t></w:r></w:ins>\
             <w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom>\
             <w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>\
             <w:r><w:instrText>PAGE</w:instrText></w:r>\
             <w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent></w:drawing></mc:Choice>\
             <mc:Fallback><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:r>\
             <w:r><w:t>co</w:t><w:noBreakHyphen/><w:t>op</w:t><w:softHyphen/></w:r></w:p>",
        );
        assert_eq!(passages[0].text, "In a box.\n\nOne two\nthreeco-op");
    }

    #[test]
    fn notes_and_the_title_of_the_properties_are_read() {
        let notes = format!(
            "<w:footnotes><w:footnote w:id='1'>{}</w:footnote></w:footnotes>",
            paragraph("", "Seen in May.")
        );
        let page = |text: &str| format!("<w:hdr>{}</w:hdr>", paragraph("Header", text));
        let comments = format!(
            "<w:comments><w:comment w:author='Ada'>{}</w:comment></w:comments>",
            paragraph("", "Or in June?")
        );
        let relations: String = ["header1", "header2", "footer1"]
            .map(|name| {
                let kind = &name[..6];
                format!("<Relationship Id='{name}' Type='x/{kind}' Target='{name}.xml'/>")
            })
            .concat();
        let bytes = package(&[
            (
                "word/document.xml",
                &document(&paragraph("Heading1", "Otters")),
            ),
            (
                "word/_rels/document.xml.rels",
                &format!("<Relationships>{relations}</Relationships>"),
            ),
            ("word/header1.xml", &page("For wardens")),
            ("word/header2.xml", &page("For wardens")),
            ("word/footer1.xml", &page("3")),
            ("word/comments.xml", &comments),
            ("word/footnotes.xml", &notes),
            (
                "docProps/core.xml",
                "<cp:coreProperties><dc:title>Otters of the Dee</dc:title></cp:coreProperties>",
            ),
        ]);
        let passages = read("a.docx", &bytes, &mut Notes::default()).expect("a document");
        assert_eq!(passages[0].title, "Otters of the Dee");
        let text = |text| (String::new(), text);
        assert_eq!(
            texts(&passages),
            [
                text("Otters"),
                text("Seen in May.\n\nOr in June?\n\nFor wardens")
            ]
        );
    }

    #[test]
    fn what_is_inserted_drawn_and_described_is_read() {
        let body = paragraph("Title", "Rivers")
            + &paragraph("", "Before.")
            + "<w:altChunk r:id='c1'/><w:altChunk r:id='c2'/><w:altChunk r:id='c3'/>"
            + "<w:p><w:r><w:t>See</w:t></w:r><w:r><w:drawing><wp:inline><wp:docPr id='1' name='Picture 1' descr='an otter'/></wp:inline></w:drawing></w:r></w:p>";
        let relations = "<Relationships><Relationship Id='c1' Type='x/aFChunk' Target='chunk.html'/><Relationship Id='c2' Type='x/aFChunk' Target='chunk.docx'/>\
            <Relationship Id='c3' Type='x/aFChunk' Target='chunk.mht'/>\
            <Relationship Id='d1' Type='x/diagramData' Target='data1.xml'/></Relationships>";
        let bytes = package(&[
            ("word/document.xml", &document(&body)),
            ("word/_rels/document.xml.rels", relations),
            ("word/chunk.html", "<h2>Inserted</h2><p>A page.</p>"),
            ("word/chunk.docx", "PK"),
            (
                "word/chunk.mht",
                "MIME-Version: 1.0\r\nContent-Type: multipart/related; type=\"text/html\"; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\
                 Content-Transfer-Encoding: quoted-printable\r\n\r\n<h2>Packed</h2><p class=3D\"x\">Another.</p>\r\n--b--\r\n",
            ),
            (
                "word/data1.xml",
                "<dgm:pt><dgm:t><a:p><a:r><a:t>Plan</a:t></a:r></a:p></dgm:t></dgm:pt>",
            ),
        ]);
        let mut notes = Notes::default();
        let passages = read("a.docx", &bytes, &mut notes).expect("a document");
        assert_eq!(
            texts(&passages),
            [
                (String::new(), "Before."),
                ("Inserted".to_owned(), "A page."),
                ("Packed".to_owned(), "Another.\n\nSee an otter"),
                (String::new(), "Plan"),
            ]
        );
        let places = &notes.groups[0].places;
        assert_eq!(places[..], [(Place::File, "word/chunk.docx".to_owned())]);
    }

    #[test]
    fn an_address_follows_the_text_that_leads_to_it() {
        let body = "<w:p><w:r><w:t>See </w:t></w:r><w:hyperlink r:id='l1'><w:r><w:t>the count</w:t></w:r></w:hyperlink>\
            <w:hyperlink w:anchor='x'><w:r><w:t>.</w:t></w:r></w:hyperlink></w:p>";
        let relations = "<Relationships><Relationship Id='l1' Type='x/hyperlink' Target='https://x.org/d' TargetMode='External'/></Relationships>";
        let bytes = package(&[
            ("word/document.xml", &document(body)),
            ("word/_rels/document.xml.rels", relations),
        ]);
        let passages = read("a.docx", &bytes, &mut Notes::default()).expect("a document");
        assert_eq!(passages[0].text, "See the count <https://x.org/d>.");
    }

    #[test]
    fn what_is_damaged_or_unpacks_to_too_much_is_named() {
        let read = |bytes: &[u8]| read("a.docx", bytes, &mut Notes::default());
        assert_eq!(
            read(b"\xD0\xCF\x11\xE0 locked"),
            Err(SkipReason::Broken("DOCX".into()))
        );
        let cut = package(&[("word/document.xml", "<w:document><w:p></w:document>")]);
        assert_eq!(read(&cut), Err(SkipReason::Broken("DOCX".into())));
        assert_eq!(
            read(&package(&[("a.txt", "no document")])),
            Err(SkipReason::Broken("DOCX".into()))
        );
        let huge = package(&[("word/document.xml", &" ".repeat(33 * 1024 * 1024))]);
        assert_eq!(read(&huge), Err(SkipReason::LargerThan(ByteSize::mib(32))));
    }
}
