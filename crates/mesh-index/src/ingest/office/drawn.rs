//! What stands beside a part in parts of its own: diagrams, charts, and what people remark.

use std::borrow::Cow;
use std::collections::HashSet;

use super::package::{Package, broken};
use super::relations;
use super::xml::{self, Node};
use crate::ingest::decode;
use crate::ingest::notes::{Notes, Place};
use crate::ingest::skip::SkipReason;

/// What older editions show of a thread that they cannot show, which has a part of its own.
const OF_A_THREAD: &str = "[Threaded comment]";

/// The texts of the parts of these types beside a part. One that cannot be read costs no other.
pub(in crate::ingest) fn texts(
    package: &mut Package<'_>,
    kind: &'static str,
    part: &str,
    types: &[&str],
    notes: &mut Notes,
) -> Result<Vec<String>, SkipReason> {
    let mut texts = Vec::new();
    for wanted in types {
        for path in relations::of_type(package, kind, part, wanted)? {
            match read(package, kind, &path) {
                Ok(found) => texts.extend(found),
                Err(_) => notes.remark(Place::File, "a drawing not read", &path),
            }
        }
    }
    Ok(texts)
}

fn read(
    package: &mut Package<'_>,
    kind: &'static str,
    path: &str,
) -> Result<Vec<String>, SkipReason> {
    let bytes = package.bytes_aside(path)?;
    let part = decode::text(&bytes).map_err(|_| broken(kind))?;
    Drawn::read(kind, &part)
}

#[derive(Debug, Default)]
struct Drawn {
    texts: Vec<String>,
    open: String,
    is_in_text: bool,
    /// The cell that a remark is to.
    cell: Option<String>,
    /// The names of what a chart shows, each once.
    labels: Vec<String>,
    known: HashSet<String>,
    is_in_labels: bool,
}

impl Drawn {
    fn read(kind: &'static str, part: &str) -> Result<Vec<String>, SkipReason> {
        let mut drawn = Self::default();
        for node in xml::nodes(kind, part) {
            match node? {
                Node::Start(tag) => match xml::name(&tag) {
                    "t" | "text" => drawn.is_in_text = true,
                    "strCache" => drawn.is_in_labels = true,
                    "v" => drawn.is_in_text = drawn.is_in_labels,
                    "comment" | "threadedComment" => {
                        drawn.cell = xml::value(&tag, "ref").map(Cow::into_owned);
                    }
                    _ => {}
                },
                Node::End(tag) => drawn.end(tag.local_name().into_inner()),
                Node::Text(text) if drawn.is_in_text => drawn.open.push_str(&text),
                Node::Text(_) => {}
            }
        }
        if !drawn.labels.is_empty() {
            drawn.texts.push(drawn.labels.join(", "));
        }
        Ok(drawn.texts)
    }

    fn end(&mut self, name: &str) {
        match name {
            "t" => self.is_in_text = false,
            "strCache" => self.is_in_labels = false,
            "v" if self.is_in_labels => {
                self.is_in_text = false;
                let label = self.taken();
                if !label.is_empty() && self.known.insert(label.clone()) {
                    self.labels.push(label);
                }
            }
            "p" | "text" => {
                self.is_in_text = false;
                let text = self.taken();
                if !text.is_empty() && !text.starts_with(OF_A_THREAD) {
                    self.texts.push(match &self.cell {
                        Some(cell) => format!("{cell}: {text}"),
                        None => text,
                    });
                }
            }
            _ => {}
        }
    }

    fn taken(&mut self) -> String {
        std::mem::take(&mut self.open).trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::office::package::tests::package;

    #[test]
    fn diagrams_charts_and_remarks_are_read_and_what_is_broken_is_named() {
        let bytes = package(&[
            (
                "a/_rels/b.xml.rels",
                "<Relationships><Relationship Id='1' Type='x/diagramData' Target='d.xml'/><Relationship Id='2' Type='x/chart' Target='c.xml'/>\
                 <Relationship Id='3' Type='x/comments' Target='r.xml'/><Relationship Id='4' Type='x/chart' Target='broken.xml'/></Relationships>",
            ),
            (
                "a/d.xml",
                "<dgm:pt><dgm:t><a:p><a:r><a:t>Plan</a:t></a:r><a:r><a:t> it</a:t></a:r></a:p></dgm:t></dgm:pt><dgm:pt><a:p><a:r><a:t>Do it</a:t></a:r></a:p></dgm:pt>",
            ),
            (
                "a/c.xml",
                "<c:title><a:p><a:r><a:t>Otters</a:t></a:r></a:p></c:title><c:cat><c:strCache><c:pt><c:v>Dee</c:v></c:pt><c:pt><c:v>Esk</c:v></c:pt></c:strCache></c:cat>\
                 <c:cat><c:strCache><c:pt><c:v>Dee</c:v></c:pt></c:strCache></c:cat><c:val><c:numCache><c:pt><c:v>7</c:v></c:pt></c:numCache></c:val>",
            ),
            (
                "a/r.xml",
                "<comments><comment ref='B2'><text><r><t>Or </t></r><r><t>nine?</t></r></text></comment><comment ref='B3'><text><t>[Threaded comment] x</t></text></comment>\
                 <threadedComment ref='B3'><text>No.</text></threadedComment></comments>",
            ),
            ("a/broken.xml", "<a></b>"),
        ]);
        let mut package = Package::open(&bytes, "XLSX").expect("an archive");
        let mut notes = Notes::default();
        let types = ["diagramData", "chart", "comments"];
        let texts = texts(&mut package, "XLSX", "a/b.xml", &types, &mut notes);
        assert_eq!(
            texts.expect("XML"),
            [
                "Plan it",
                "Do it",
                "Otters",
                "Dee, Esk",
                "B2: Or nine?",
                "B3: No."
            ]
        );
        assert_eq!(
            notes.groups[0].places,
            [(Place::File, "a/broken.xml".to_owned())]
        );
    }
}
