//! Text with headings that a mark begins: AsciiDoc, Org and Textile.

mod asciidoc;

use crate::ingest::changelog::Items;
use crate::ingest::lines::clamp;
use crate::ingest::outline::{Outline, file_name};
use crate::ingest::slug::Slugs;
use crate::ingest::substitutions::Substitutions;
use crate::record::Passage;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Notation {
    AsciiDoc,
    Org,
    Textile,
}

impl Notation {
    /// By the extension of a file that is not packed.
    pub(super) fn of(path: &str) -> Option<Self> {
        let (_, extension) = file_name(path).rsplit_once('.')?;
        match &*extension.to_lowercase() {
            "adoc" | "asciidoc" => Some(Self::AsciiDoc),
            "org" => Some(Self::Org),
            "textile" => Some(Self::Textile),
            _ => None,
        }
    }

    /// The rank and the text of a heading.
    fn heading(self, line: &str) -> Option<(u8, &str)> {
        let (level, text) = match self {
            Self::AsciiDoc => marked(line, '=')?,
            Self::Org => marked(line, '*')?,
            Self::Textile => {
                let (mark, text) = line.strip_prefix('h')?.split_once(". ")?;
                let digit = mark.split(['(', '{', '[', '<', '>', '=']).next()?;
                (digit.parse().ok()?, text)
            }
        };
        let text = text.trim();
        ((1..=6).contains(&level) && !text.is_empty()).then_some((level, text))
    }

    /// A line that is for the authors alone.
    fn is_comment(self, line: &str) -> bool {
        match self {
            Self::AsciiDoc => asciidoc::is_comment(line),
            Self::Org => line.trim_start() == "#" || line.trim_start().starts_with("# "),
            Self::Textile => false,
        }
    }

    /// Whether the block that this line ends is for the authors alone.
    fn hides(self, end: &str) -> bool {
        match self {
            Self::AsciiDoc => end.starts_with('/'),
            Self::Org => end == "#+end_comment",
            Self::Textile => false,
        }
    }

    /// The line that ends the block of code, or of anything else that is left as it is, which this one begins.
    fn fence(self, line: &str) -> Option<String> {
        match self {
            Self::AsciiDoc => {
                let mark = line.chars().next().filter(|mark| "-.+/".contains(*mark))?;
                let is_fence = line.len() >= 4 && line.chars().all(|c| c == mark);
                is_fence.then(|| line.to_owned())
            }
            Self::Org => {
                let line = line.trim_start().to_lowercase();
                let name = line.strip_prefix("#+begin")?.split_whitespace().next()?;
                Some(format!("#+end{name}"))
            }
            Self::Textile => None,
        }
    }
}

/// `== Text` is two and `Text`.
fn marked(line: &str, mark: char) -> Option<(u8, &str)> {
    let text = line.trim_start_matches(mark);
    let level = u8::try_from(line.len() - text.len()).ok()?;
    text.starts_with(' ').then_some((level, text))
}

pub(super) fn read(path: &str, text: &str, notation: Notation) -> Vec<Passage> {
    let mut reader = Reader::new(path, notation);
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    // The title may have attributes that are set below it.
    for line in lines.iter().take_while(|line| !line.is_empty()) {
        reader.attribute(line);
    }
    let mut at = 0;
    while at < lines.len() {
        at += reader.step(&lines[at..], at + 1);
    }
    reader.flush();
    reader.outline.finish()
}

#[derive(Debug)]
struct Reader<'a> {
    outline: Outline<'a>,
    notation: Notation,
    slugs: Slugs,
    anchor: Option<String>,
    /// What ends the block that is open.
    fence: Option<String>,
    attributes: Substitutions,
    /// The block that follows, or is open, is left as it is but for attributes.
    replaces_attributes: bool,
    items: Items,
    block: String,
    first: usize,
}

impl<'a> Reader<'a> {
    fn new(path: &'a str, notation: Notation) -> Self {
        Self {
            outline: Outline::new(path),
            notation,
            slugs: Slugs::default(),
            anchor: None,
            fence: None,
            attributes: Substitutions::between('{', '}'),
            replaces_attributes: false,
            items: Items::default(),
            block: String::new(),
            first: 0,
        }
    }

    /// Takes in one line, or a heading of two; gives how many. `number` is that of the first, from 1.
    fn step(&mut self, lines: &[&str], number: usize) -> usize {
        let line = lines[0];
        if self.fence.is_some() {
            self.fenced(line, number);
        } else if let Some(level) = self.underlined(lines) {
            self.heading(level, line, number);
            return 2;
        } else {
            self.line(line, number);
        }
        1
    }

    fn fenced(&mut self, line: &str, number: usize) {
        let end = self.fence.as_deref().unwrap_or_default();
        if line.trim_start().eq_ignore_ascii_case(end) {
            self.fence = None;
            self.replaces_attributes = false;
            self.flush();
        } else if !self.notation.hides(end) {
            let line = self.replaced(line, self.replaces_attributes);
            self.push(&line, number);
        }
    }

    fn underlined(&self, lines: &[&str]) -> Option<u8> {
        let is_possible = self.notation == Notation::AsciiDoc && self.block.is_empty();
        let [title, below, ..] = lines else {
            return None;
        };
        let is_one_line = is_possible && self.notation.fence(title).is_none();
        is_one_line.then(|| asciidoc::underlined(title, below))?
    }

    fn line(&mut self, line: &str, number: usize) {
        if self.notation.is_comment(line) {
            return;
        }
        self.fence = self.notation.fence(line);
        if self.fence.is_some() {
            return self.flush();
        }
        if let Some((level, text)) = self.notation.heading(line) {
            return self.heading(level, text, number);
        }
        if let Some(title) = self.title(line) {
            return self.outline.title(title);
        }
        if let Some(shown) = self.attribute(line) {
            return self.push(&shown, number);
        }
        match self.named(line) {
            Some(name) => self.anchor = Some(name.to_owned()),
            None => self.text(line, number),
        }
    }

    fn heading(&mut self, level: u8, text: &str, number: usize) {
        self.flush();
        self.items = Items::default();
        let text = self.replaced(text, true);
        let anchor = self.anchor.take().unwrap_or_else(|| self.slug(&text));
        self.outline
            .heading(level, &text, Some(anchor), clamp(number));
    }

    fn attribute(&mut self, line: &str) -> Option<String> {
        let is_possible = self.notation == Notation::AsciiDoc;
        is_possible.then(|| asciidoc::attribute(line, &mut self.attributes))?
    }

    fn replaced(&mut self, text: &str, is_wanted: bool) -> String {
        if is_wanted && self.notation == Notation::AsciiDoc {
            self.attributes.apply(text)
        } else {
            text.to_owned()
        }
    }

    fn title<'l>(&self, line: &'l str) -> Option<&'l str> {
        let (name, title) = line
            .split_once(':')
            .filter(|_| self.notation == Notation::Org)?;
        name.eq_ignore_ascii_case("#+title").then(|| title.trim())
    }

    /// The anchor of what follows: `[[name]]` or `[#name]`.
    fn named<'l>(&self, line: &'l str) -> Option<&'l str> {
        let inner = line
            .strip_prefix('[')?
            .strip_suffix(']')
            .filter(|_| self.notation == Notation::AsciiDoc)?;
        let name = match inner.strip_prefix('#') {
            Some(name) => name,
            None => inner.strip_prefix('[')?.strip_suffix(']')?,
        };
        name.split(',').next()
    }

    /// As Asciidoctor names sections, and GitHub those of the others.
    fn slug(&mut self, heading: &str) -> String {
        let slug = self.slugs.next(heading);
        match self.notation {
            Notation::AsciiDoc => format!("_{}", slug.replace('-', "_")),
            Notation::Org | Notation::Textile => slug,
        }
    }

    fn text(&mut self, line: &str, number: usize) {
        if self.outline.is_changelog()
            && !line.trim().is_empty()
            && self.items.begins(line, self.block.is_empty())
        {
            self.flush();
            self.outline.entry();
        }
        self.replaces_attributes = asciidoc::has_attributes_replaced(line);
        let line = self.replaced(line, true);
        self.push(&line, number);
    }

    fn push(&mut self, line: &str, number: usize) {
        if line.trim().is_empty() {
            return self.flush();
        }
        if self.block.is_empty() {
            self.first = number;
        } else {
            self.block.push('\n');
        }
        self.block.push_str(line);
    }

    fn flush(&mut self) {
        let block = std::mem::take(&mut self.block);
        let last = self.first + block.lines().count().saturating_sub(1);
        self.outline.block(&block, clamp(self.first), clamp(last));
    }
}

#[cfg(test)]
mod tests {
    use crate::ingest::notes::Notes;
    use crate::ingest::text;

    fn check(path: &str, source: &str, expected: &[(&str, &str, &str, u32)]) {
        let passages = text::read(path, source.as_bytes(), &mut Notes::default()).expect("ASCII");
        let seen: Vec<(String, String, &str, u32)> = passages
            .iter()
            .map(|it| {
                let anchor = it.anchor.clone().unwrap_or_default();
                (anchor, it.headings.join("/"), &*it.text, it.line_start)
            })
            .collect();
        let seen: Vec<_> = seen
            .iter()
            .map(|(anchor, path, text, line)| (&**anchor, &**path, *text, *line))
            .collect();
        assert_eq!(seen, expected);
        assert_eq!(passages[0].title, "Mill plan");
    }

    #[test]
    fn asciidoc_has_sections_but_not_in_its_listings() {
        check(
            "d/mill.adoc",
            "= Mill plan\nAda <a@x>\n\n[[oak]]\n== The wheel\n\nOak.\n\n----\n== no heading\n  code\n----\n\n=== Its axle\n....\n* x\n....\n[#race,opts]\n== Race\nDry.\n|===\n| a | b\n|===\n",
            &[
                ("_mill_plan", "", "Ada <a@x>", 2),
                ("oak", "The wheel", "Oak.\n\n== no heading\n  code", 7),
                ("_its_axle", "The wheel/Its axle", "* x", 16),
                ("race", "Race", "Dry.\n|===\n| a | b\n|===", 20),
            ],
        );
    }

    #[test]
    fn asciidoc_has_titles_with_a_line_below_them() {
        check(
            "d/mill.adoc",
            "Mill plan\n=========\n\nNAME\n----\nmill - grind\n\nOPTIONS\n-------\n--oak::\n\tUse it.\n\nInner ones\n~~~~~~~~~~\n[source]\n----\nmill\n----\n.Run\n----\nNAME\n----\nend of it\n----------------\nx\n----------------\n",
            &[
                ("_name", "NAME", "mill - grind", 6),
                ("_options", "OPTIONS", "--oak::\n\tUse it.", 10),
                (
                    "_inner_ones",
                    "OPTIONS/Inner ones",
                    "[source]\n\nmill\n\n.Run\n\nNAME\n\nend of it\n\nx",
                    15,
                ),
            ],
        );
    }

    #[test]
    fn asciidoc_is_without_its_comments_and_has_its_attributes_replaced() {
        check(
            "d/mill.adoc",
            "= {what} plan\n:what: Mill\n:author: Ada\n:house: The {what} house\n// hidden\n////\nhidden\n////\n\n== Use {house}\n\nStart {house}\n// hidden\nand {other}.\n\n:!house:\n----\n{what} // shown\n:a: b\n----\n[source,subs=\"attributes+\"]\n----\n{what}\n----\n{house}\n",
            &[
                ("_mill_plan", "", "author: Ada", 3),
                (
                    "_use_the_mill_house",
                    "Use The Mill house",
                    "Start The Mill house\nand {other}.\n\n{what} // shown\n:a: b\n\n[source,subs=\"attributes+\"]\n\nMill\n\n{house}",
                    12,
                ),
            ],
        );
    }

    #[test]
    fn each_change_is_a_passage_below_its_release() {
        check(
            "NEWS.adoc",
            "= Mill plan\n\n== 2.1\n\n* The wheel\n** turns\n* The door\n\n== 2.0\n\n* First\n",
            &[
                ("_21", "2.1", "* The wheel\n** turns", 5),
                ("_21", "2.1", "* The door", 7),
                ("_20", "2.0", "* First", 11),
            ],
        );
        check(
            "CHANGELOG.org",
            "#+TITLE: Mill plan\n# hidden\n* 2.1\n- The wheel\n- The door\n#+begin_comment\nhidden\n#+end_comment\n",
            &[
                ("21", "2.1", "- The wheel", 4),
                ("21", "2.1", "- The door", 5),
            ],
        );
    }

    #[test]
    fn org_has_a_title_and_sections_but_not_in_its_blocks() {
        check(
            "mill.ORG",
            "#+TITLE: Mill plan\n#+AUTHOR: Ada\n* TODO Wheel\nOak.\n- *bold* item\n#+begin_src sh\n* x\n#+END_SRC\n** Axle :iron:\nIron.\n",
            &[
                ("", "", "#+AUTHOR: Ada", 2),
                ("todo-wheel", "TODO Wheel", "Oak.\n- *bold* item\n\n* x", 4),
                ("axle-iron", "TODO Wheel/Axle :iron:", "Iron.", 10),
            ],
        );
    }

    #[test]
    fn textile_has_sections() {
        check(
            "mill.textile",
            "h1. Mill plan\n\nhi. there\n\nh2(#oak). Wheel\n\nOak.\n",
            &[
                ("mill-plan", "", "hi. there", 3),
                ("wheel", "Wheel", "Oak.", 7),
            ],
        );
    }
}
