//! PPTX: the slides of a presentation, each below its title, with the notes of the speaker.

use super::notes::Notes;
use super::office::package::{Package, broken};
use super::office::table::Table;
use super::office::xml::{self, Node};
use super::office::{drawn, relations};
use super::outline::Outline;
use super::skip::SkipReason;
use crate::record::Passage;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 4;

const KIND: &str = "PPTX";

const MAIN_PART: &str = "ppt/presentation.xml";

/// The parts beside a slide that are read, by the types of their relations.
const BESIDE: [&str; 3] = ["diagramData", "chart", "comments"];

/// The passages of a presentation; the number of the slide stands for the line.
///
/// # Errors
/// Why the file is left out: it is not what its name says, damaged, locked, or too much for its reader.
pub fn read(path: &str, bytes: &[u8], notes: &mut Notes) -> Result<Vec<Passage>, SkipReason> {
    let mut package = Package::open(bytes, KIND)?;
    let mut outline = Outline::new(path);
    outline.title(&package.title("docProps/core.xml")?);
    let slides = relations::listed(&mut package, KIND, MAIN_PART, "sldId")?;
    for (number, (_, path)) in (1..).zip(slides) {
        let slide = Slide::read(&package.part(&path)?.ok_or(broken(KIND))?)?;
        let spoken = spoken(&mut package, &path)?;
        let beside = drawn::texts(&mut package, KIND, &path, &BESIDE, notes)?;
        let anchor = format!("slide-{number}");
        outline.heading(1, &slide.title, Some(anchor), number);
        for text in slide
            .texts
            .iter()
            .chain(&slide.furniture)
            .chain(&beside)
            .chain(&spoken)
        {
            outline.block(text, number, number);
        }
    }
    Ok(outline.finish())
}

/// What the speaker says, which stands in a part of its own beside a picture of the slide.
fn spoken(package: &mut Package<'_>, slide: &str) -> Result<Vec<String>, SkipReason> {
    let mut spoken = Vec::new();
    for path in relations::of_type(package, KIND, slide, "notesSlide")? {
        let page = Slide::read(&package.part(&path)?.unwrap_or_default())?;
        spoken.extend(page.texts);
    }
    Ok(spoken)
}

#[derive(Debug, Default)]
struct Slide {
    title: String,
    texts: Vec<String>,
    /// What stands on every page, such as its number.
    furniture: Vec<String>,
    table: Table,
    paragraph: String,
    /// The shape is the one for the title.
    is_title: bool,
    is_furniture: bool,
    is_in_text: bool,
}

impl Slide {
    fn read(text: &str) -> Result<Self, SkipReason> {
        let mut slide = Self::default();
        for node in xml::nodes(KIND, text) {
            match node? {
                Node::Start(tag) => {
                    let kind = xml::value(&tag, "type").unwrap_or_default();
                    slide.start(xml::name(&tag), &kind);
                    // What a picture says to those who do not see it.
                    if xml::name(&tag) == "cNvPr"
                        && let Some(told) = xml::value(&tag, "descr")
                        && !told.trim().is_empty()
                    {
                        slide.texts.push(told.trim().to_owned());
                    }
                }
                Node::End(tag) => slide.end(tag.local_name().into_inner()),
                Node::Text(text) if slide.is_in_text => slide.paragraph.push_str(&text),
                Node::Text(_) => {}
            }
        }
        Ok(slide)
    }

    fn start(&mut self, name: &str, kind: &str) {
        match name {
            "sp" => (self.is_title, self.is_furniture) = (false, false),
            "ph" => {
                self.is_title = matches!(kind, "title" | "ctrTitle");
                self.is_furniture = matches!(kind, "sldNum" | "dt" | "hdr" | "ftr");
            }
            "t" => self.is_in_text = true,
            "br" => self.paragraph.push('\n'),
            "tbl" | "tr" | "tc" => self.table.start(name),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "t" => self.is_in_text = false,
            "p" => self.end_paragraph(),
            "tbl" | "tr" | "tc" => {
                if let Some((text, _)) = self.table.end(name) {
                    self.texts.push(text);
                }
            }
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        let text = std::mem::take(&mut self.paragraph);
        let text = text.trim();
        if text.is_empty() {
        } else if self.table.is_open() {
            self.table.paragraph(text, 1);
        } else if self.is_title && self.title.is_empty() {
            text.clone_into(&mut self.title);
        } else if self.is_furniture {
            self.furniture.push(text.to_owned());
        } else {
            self.texts.push(text.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::office::package::tests::package;

    #[test]
    fn slides_are_read_in_the_order_they_are_shown() {
        let paragraph = |text: &str| format!("<a:p><a:r><a:t>{text}</a:t></a:r></a:p>");
        let shape = |kind: &str, text: &str| {
            format!(
                "<p:sp><p:nvPr><p:ph type='{kind}'/></p:nvPr><p:txBody>{text}</p:txBody></p:sp>"
            )
        };
        let first = shape("ctrTitle", &paragraph("The mill"))
            + &shape("subTitle", &paragraph("Plans &amp; dates"));
        let table = format!(
            "<a:tbl><a:tr><a:tc>{}</a:tc><a:tc><a:p/></a:tc><a:tc>{}</a:tc></a:tr></a:tbl>",
            paragraph("Wheel"),
            paragraph("40")
        );
        let second =
            shape("body", &paragraph("Oak.")) + &table + &shape("title", &paragraph("Parts"));
        let slide = |shapes: &str| format!("<p:sld>{shapes}</p:sld>");
        let bytes = package(&[
            (
                MAIN_PART,
                "<p:presentation><p:sldIdLst><p:sldId id='256' r:id='r2'/><p:sldId id='257' r:id='r1'/><p:sldId id='258' r:id='r3'/></p:sldIdLst></p:presentation>",
            ),
            (
                "ppt/_rels/presentation.xml.rels",
                "<Relationships><Relationship Id='r1' Target='slides/slide1.xml'/><Relationship Id='r3' Target='slides/slide3.xml'/><Relationship Id='r2' Target='/ppt/slides/slide9.xml'/></Relationships>",
            ),
            ("ppt/slides/slide1.xml", &slide(&second)),
            (
                "ppt/slides/_rels/slide1.xml.rels",
                "<Relationships><Relationship Id='r1' Type='x/slideLayout' Target='../l.xml'/><Relationship Id='r2' Type='x/notesSlide' Target='../notesSlides/n.xml'/>\
                 <Relationship Id='r3' Type='x/comments' Target='../comments/c.xml'/><Relationship Id='r4' Type='x/diagramData' Target='../diagrams/d.xml'/></Relationships>",
            ),
            (
                "ppt/comments/c.xml",
                "<p:cmLst><p:cm><p:pos x='1' y='1'/><p:text>Which oak?</p:text></p:cm></p:cmLst>",
            ),
            (
                "ppt/diagrams/d.xml",
                &format!(
                    "<dgm:pt><dgm:t>{}</dgm:t></dgm:pt>",
                    paragraph("Fell, then dry")
                ),
            ),
            (
                "ppt/notesSlides/n.xml",
                &(shape("sldImg", "")
                    + &shape("body", &paragraph("Say why."))
                    + &shape("sldNum", &paragraph("2"))),
            ),
            (
                "ppt/slides/slide3.xml",
                &slide(
                    &(shape("title", &paragraph("The race in May"))
                        + "<p:pic><p:nvPicPr><p:cNvPr id='4' name='Picture 3' descr='a dry race'/></p:nvPicPr></p:pic>"),
                ),
            ),
            ("ppt/slides/slide9.xml", &slide(&first)),
        ]);
        let passages = read("d/mill.pptx", &bytes, &mut Notes::default()).expect("a presentation");
        let seen: Vec<_> = passages
            .iter()
            .map(|it| {
                (
                    it.headings.join("/"),
                    &*it.text,
                    it.line_start,
                    it.anchor.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                (String::new(), "Plans & dates", 1, Some("slide-1")),
                (
                    "Parts".to_owned(),
                    "Oak.\n\nWheel |  | 40\n\nFell, then dry\n\nWhich oak?\n\nSay why.",
                    2,
                    Some("slide-2")
                ),
                (
                    "The race in May".to_owned(),
                    "a dry race",
                    3,
                    Some("slide-3")
                ),
            ]
        );
        assert_eq!(passages[0].title, "The mill");
        let other = package(&[("a.txt", "x")]);
        assert_eq!(
            read("a.pptx", &other, &mut Notes::default()),
            Err(broken(KIND))
        );
    }
}
