//! Text with headings that a mark begins: AsciiDoc, Org and Textile.

use crate::ingest::lines::clamp;
use crate::ingest::outline::{Outline, file_name};
use crate::ingest::slug::Slugs;
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
    let mut reader = Reader {
        outline: Outline::new(path),
        notation,
        slugs: Slugs::default(),
        anchor: None,
        fence: None,
        block: String::new(),
        first: 0,
    };
    for (number, line) in (1..).zip(text.lines()) {
        reader.line(line.trim_end(), number);
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
    block: String,
    first: usize,
}

impl Reader<'_> {
    fn line(&mut self, line: &str, number: usize) {
        if let Some(end) = &self.fence {
            if line.trim_start().eq_ignore_ascii_case(end) {
                self.fence = None;
                return self.flush();
            }
            return self.text(line, number);
        }
        self.fence = self.notation.fence(line);
        if self.fence.is_some() {
            return self.flush();
        }
        if let Some((level, text)) = self.notation.heading(line) {
            self.flush();
            let anchor = self.anchor.take().unwrap_or_else(|| self.slug(text));
            return self
                .outline
                .heading(level, text, Some(anchor), clamp(number));
        }
        if let Some(title) = self.title(line) {
            return self.outline.title(title);
        }
        match self.named(line) {
            Some(name) => self.anchor = Some(name.to_owned()),
            None => self.text(line, number),
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
    use super::*;

    fn check(path: &str, text: &str, expected: &[(&str, &str, &str, u32)]) {
        let notation = Notation::of(path).expect("the test gives such a path");
        let passages = read(path, text, notation);
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
