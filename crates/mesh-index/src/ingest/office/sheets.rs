//! The sheets of a workbook as rows of cells.

mod dates;
mod links;

use self::dates::Styles;
pub(in crate::ingest) use self::dates::timestamp;
pub(in crate::ingest) use self::links::links;
use super::package::{Package, broken};
use super::relations;
use super::xml::{self, Node};
use crate::ingest::skip::SkipReason;

pub(in crate::ingest) const KIND: &str = "XLSX";

const MAIN_PART: &str = "xl/workbook.xml";

/// As many as a spreadsheet has.
const MAX_COLUMNS: usize = 16_384;

#[derive(Debug)]
pub(in crate::ingest) struct Sheet {
    pub(in crate::ingest) name: String,
    /// Of its part.
    pub(in crate::ingest) path: String,
    /// Those that hold something, with their 1-based numbers.
    pub(in crate::ingest) rows: Vec<(u32, Vec<String>)>,
}

pub(in crate::ingest) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, SkipReason> {
    let mut package = Package::open(bytes, KIND)?;
    let shared = package.part("xl/sharedStrings.xml")?.unwrap_or_default();
    let texts = Texts {
        shared: texts(&shared)?,
        styles: Styles::read(
            &package.part("xl/styles.xml")?.unwrap_or_default(),
            &package.main(MAIN_PART)?,
        )?,
    };
    let mut sheets = Vec::new();
    for (name, path) in relations::listed(&mut package, KIND, MAIN_PART, "sheet")? {
        let sheet = package.part(&path)?.ok_or(broken(KIND))?;
        sheets.push(Sheet {
            name,
            path,
            rows: rows(&sheet, &texts)?,
        });
    }
    Ok(sheets)
}

/// The texts that cells share. How they are spoken is beside them in some languages.
fn texts(part: &str) -> Result<Vec<String>, SkipReason> {
    let mut texts = Vec::new();
    let mut open = Text::default();
    for node in xml::nodes(KIND, part) {
        let node = node?;
        open.node(&node);
        if matches!(&node, Node::End(tag) if tag.local_name().into_inner() == "si") {
            texts.push(unescaped(&std::mem::take(&mut open.text)));
        }
    }
    Ok(texts)
}

#[derive(Debug, Default)]
struct Text {
    text: String,
    is_open: bool,
    is_spoken: bool,
}

impl Text {
    fn node(&mut self, node: &Node<'_>) {
        match node {
            Node::Start(tag) => match xml::name(tag) {
                "rPh" => self.is_spoken = true,
                "t" | "v" => self.is_open = true,
                _ => {}
            },
            Node::End(tag) => match tag.local_name().into_inner() {
                "rPh" => self.is_spoken = false,
                "t" | "v" => self.is_open = false,
                _ => {}
            },
            Node::Text(text) if self.is_open && !self.is_spoken => self.text.push_str(text),
            Node::Text(_) => {}
        }
    }
}

fn rows(part: &str, texts: &Texts) -> Result<Vec<(u32, Vec<String>)>, SkipReason> {
    let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
    let (mut kind, mut style, mut column) = (String::new(), 0, 0);
    let mut open = Text::default();
    for node in xml::nodes(KIND, part) {
        let node = node?;
        open.node(&node);
        match &node {
            Node::Start(tag) if xml::name(tag) == "row" => {
                let next = rows
                    .last()
                    .map_or(1, |(number, _)| number.saturating_add(1));
                let number = xml::value(tag, "r").and_then(|number| number.parse().ok());
                rows.push((number.unwrap_or(next), Vec::new()));
                column = 0;
            }
            Node::Start(tag) if xml::name(tag) == "c" => {
                kind = xml::value(tag, "t").unwrap_or_default().into_owned();
                style = xml::value(tag, "s")
                    .and_then(|style| style.parse().ok())
                    .unwrap_or(0);
                let named = xml::value(tag, "r").and_then(|place| column_of(&place));
                column = named.unwrap_or(column);
            }
            Node::End(tag) if tag.local_name().into_inner() == "c" => {
                let value = texts.shown(&kind, style, &std::mem::take(&mut open.text));
                if let Some((_, cells)) = rows.last_mut() {
                    place(cells, column, value);
                }
                column += 1;
            }
            _ => {}
        }
    }
    rows.retain(|(_, cells)| !cells.is_empty());
    Ok(rows)
}

/// Cells come in order; one that holds nothing takes no room at the end of a row.
fn place(cells: &mut Vec<String>, column: usize, value: String) {
    if !value.is_empty() && column < MAX_COLUMNS && cells.len() <= column {
        cells.resize(column, String::new());
        cells.push(value);
    }
}

/// What the values of cells stand for.
#[derive(Debug)]
struct Texts {
    shared: Vec<String>,
    styles: Styles,
}

impl Texts {
    fn shown(&self, kind: &str, style: usize, value: &str) -> String {
        match kind {
            "s" => {
                let at: Option<usize> = value.trim().parse().ok();
                at.and_then(|at| self.shared.get(at))
                    .cloned()
                    .unwrap_or_default()
            }
            "b" => match value.trim() {
                "1" => "yes".to_owned(),
                "0" => "no".to_owned(),
                _ => String::new(),
            },
            "e" => String::new(),
            "" | "n" => {
                let shown = self.styles.shown(style, value);
                shown.unwrap_or_else(|| number(value.trim()))
            }
            _ => unescaped(value.trim()),
        }
    }
}

/// Characters that XML has no place for are written by their number, `_x000D_`, and so is what would look like that.
fn unescaped(text: &str) -> String {
    let mut seen = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, escape) = rest.split_at(at);
        seen.push_str(before);
        rest = match escaped(escape) {
            Some(('\r', rest)) => {
                seen.push_str(if rest.starts_with('\n') { "" } else { "\n" });
                rest
            }
            Some((c, rest)) => {
                seen.push(c);
                rest
            }
            None => {
                seen.push_str("_x");
                &escape["_x".len()..]
            }
        };
    }
    seen + rest
}

/// The character that an escape stands for, and what follows it.
fn escaped(escape: &str) -> Option<(char, &str)> {
    let digits = escape.get("_x".len().."_x0000".len())?;
    let rest = escape["_x0000".len()..].strip_prefix('_')?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_number)?;
    Some((char::from_u32(number)?, rest))
}

/// As a spreadsheet shows it, with as many digits as it has: it keeps 19.99 as 19.989999999999998.
fn number(value: &str) -> String {
    if !value.contains(['.', 'E', 'e']) {
        return value.to_owned();
    }
    let rounded = |number: f64| format!("{number:.14e}").parse::<f64>().ok();
    match value.parse().ok().and_then(rounded) {
        Some(number) if number == 0.0 || (1e-9..1e15).contains(&number.abs()) => number.to_string(),
        Some(number) if number.is_finite() => {
            format!("{number:E}").replace('E', "E+").replace("+-", "-")
        }
        _ => value.to_owned(),
    }
}

/// 27 of `AB12`, from 0.
fn column_of(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_uppercase);
    let number = letters
        .take(4)
        .fold(0, |sum, letter| sum * 26 + usize::from(letter - b'A') + 1);
    number.checked_sub(1)
}

#[cfg(test)]
pub(in crate::ingest) mod tests {
    use super::*;
    use crate::ingest::office::package::tests::package;

    /// A workbook of one sheet with these rows.
    pub(in crate::ingest) fn workbook(rows: &str) -> Vec<u8> {
        package(&[
            (
                MAIN_PART,
                "<workbook><sheets><sheet name='Pumps' sheetId='1' r:id='rId3'/></sheets></workbook>",
            ),
            (
                "xl/_rels/workbook.xml.rels",
                "<Relationships><Relationship Id='rId3' Target='worksheets/sheet7.xml'/></Relationships>",
            ),
            (
                "xl/sharedStrings.xml",
                "<sst><si><t>Key</t></si><si><r><t>Sum</t></r><r><t>mary</t></r><rPh><t>spoken</t></rPh></si></sst>",
            ),
            (
                "xl/worksheets/sheet7.xml",
                &format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"),
            ),
        ])
    }

    #[test]
    fn cells_stand_in_their_columns_whatever_they_hold() {
        let bytes = workbook(
            "<row r='2'><c r='A2' t='s'><v>0</v></c><c r='C2' t='s'><v>1</v></c></row><row r='4'/>\
             <row r='5'><c t='inlineStr'><is><t>a &amp; b</t></is></c><c><f>SUM(A1)</f><v>5.5</v></c><c t='b'><v>1</v></c><c t='s'><v>99</v></c></row>",
        );
        let sheets = read(&bytes).expect("a workbook");
        assert_eq!((sheets.len(), &*sheets[0].name), (1, "Pumps"));
        let row = |cells: &[&str]| {
            cells
                .iter()
                .map(|cell| (*cell).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            sheets[0].rows,
            [
                (2, row(&["Key", "", "Summary"])),
                (5, row(&["a & b", "5.5", "yes"]))
            ]
        );
    }

    #[test]
    fn a_number_has_the_digits_that_a_spreadsheet_shows() {
        for (value, shown) in [
            ("19.989999999999998", "19.99"),
            ("1.1000000000000001", "1.1"),
            ("0.30000000000000004", "0.3"),
            ("5.5", "5.5"),
            ("-2.0", "-2"),
            ("1.2E-2", "0.012"),
            ("1.5000000000000001E+20", "1.5E+20"),
            ("1.0000000000000001E-10", "1E-10"),
            ("12345678901234567", "12345678901234567"),
            ("1.2.3", "1.2.3"),
        ] {
            assert_eq!(number(value), shown);
        }
    }

    #[test]
    fn what_stands_for_a_character_is_that_character() {
        assert_eq!(unescaped("one_x000D_\ntwo_x000d_three"), "one\ntwo\nthree");
        assert_eq!(unescaped("_x005F_x000D_"), "_x000D_");
        assert_eq!(
            unescaped("a_x12 b_xD800_ _x+123_"),
            "a_x12 b_xD800_ _x+123_"
        );
        assert_eq!(unescaped("_x00é9_"), "_x00é9_");
    }

    #[test]
    fn columns_count_as_in_a_spreadsheet() {
        assert_eq!(column_of("A1"), Some(0));
        assert_eq!(column_of("Z1"), Some(25));
        assert_eq!(column_of("AB12"), Some(27));
        assert_eq!(column_of("12"), None);
    }
}
