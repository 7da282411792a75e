//! Dates, which a workbook keeps as numbers: only the style of a cell tells that it is one.

use std::collections::HashSet;

use jiff::Timestamp;

use super::KIND;
use crate::ingest::office::xml::{self, Node};
use crate::ingest::skip::SkipReason;

/// Which of the styles of cells show dates.
#[derive(Debug, Default)]
pub(super) struct Styles(Vec<bool>);

impl Styles {
    pub(super) fn read(part: &str) -> Result<Self, SkipReason> {
        let mut dates = HashSet::new();
        let mut styles = Vec::new();
        let mut is_of_cells = false;
        for node in xml::nodes(KIND, part) {
            let Node::Start(tag) = node? else {
                continue;
            };
            let number = || xml::value(&tag, "numFmtId")?.parse::<u32>().ok();
            match xml::name(&tag) {
                "numFmt" if shows_days(&xml::value(&tag, "formatCode").unwrap_or_default()) => {
                    dates.extend(number());
                }
                "cellStyleXfs" => is_of_cells = false,
                "cellXfs" => is_of_cells = true,
                "xf" if is_of_cells => styles.push(number().is_some_and(|number| {
                    // These have no code: they are shown as the country writes days.
                    matches!(number, 14..=17 | 22 | 27..=31 | 36 | 50..=58)
                        || dates.contains(&number)
                })),
                _ => {}
            }
        }
        Ok(Self(styles))
    }

    /// The day and the time that a number stands for in a cell of this style.
    pub(super) fn shown(&self, style: usize, value: &str) -> Option<String> {
        let days = value
            .trim()
            .parse()
            .ok()
            .filter(|_| self.0.get(style) == Some(&true))?;
        let text = timestamp(days)?.strftime("%Y-%m-%d %H:%M").to_string();
        Some(text.trim_end_matches(" 00:00").to_owned())
    }
}

/// `dd/mm/yyyy`; what stands in quotes or brackets is a text, a colour or a language.
fn shows_days(code: &str) -> bool {
    let (mut is_quoted, mut is_in_brackets) = (false, false);
    code.chars().any(|c| {
        match c {
            '"' => is_quoted = !is_quoted,
            '[' => is_in_brackets = true,
            ']' => is_in_brackets = false,
            _ => {}
        }
        !is_quoted && !is_in_brackets && matches!(c, 'd' | 'D' | 'y' | 'Y')
    })
}

/// Of days since the last but one of 1899, as far as they are of our time.
pub(in crate::ingest) fn timestamp(days: f64) -> Option<Timestamp> {
    const DAY_OF_1970: f64 = 25_569.0;
    const SECONDS: f64 = 86_400.0;
    let seconds = ((days - DAY_OF_1970) * SECONDS).round();
    (days > DAY_OF_1970)
        .then(|| Timestamp::from_second(seconds as i64).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_a_date_by_the_style_of_its_cell() {
        let styles = "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='dd/mm/yyyy hh:mm'/><numFmt numFmtId='165' formatCode='0 \"days\"[Red]'/></numFmts>\
             <cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/><xf numFmtId='164'/><xf numFmtId='165'/><xf numFmtId='14'/></cellXfs></styleSheet>";
        let styles = Styles::read(styles).expect("XML");
        let shown = |style| styles.shown(style, "45306.4375");
        assert_eq!(shown(0), None);
        assert_eq!(shown(1).as_deref(), Some("2024-01-15 10:30"));
        assert_eq!(shown(2), None);
        assert_eq!(styles.shown(3, "45306").as_deref(), Some("2024-01-15"));
        assert_eq!(shown(9), None);
        assert_eq!(styles.shown(3, "1e300"), None);
    }
}
