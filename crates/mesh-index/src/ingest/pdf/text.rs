//! The text of a page from its glyphs: where lines and words end, and in what order they are read.

use pdf_extract::{MediaBox, OutputDev, OutputError, Transform};
use unicode_bidi::{BidiClass, Level, ParagraphBidiInfo, bidi_class};

/// Glyphs of a line that are further apart, in sizes of the font, stand in different columns.
const COLUMN_GAP: f64 = 2.0;

/// Text in the order that it is read. A page places Arabic and Hebrew from left to right too, as other glyphs: where the next
/// glyph stands to the right of the last, such letters come in the reverse order. Where it stands to the left they do not.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    text: String,
    /// Where those begin that stand to the right of each other.
    from: usize,
    /// Some of them are read from right to left.
    is_reversed: bool,
}

impl Text {
    pub(super) fn push(&mut self, glyph: &str) {
        if glyph.chars().any(is_right_to_left) {
            self.is_reversed = true;
            // A ligature has its letters in order.
            self.text.extend(glyph.chars().rev());
        } else {
            self.text.push_str(glyph);
        }
    }

    /// What follows does not stand to the right of what was told, or is no part of its line.
    pub(super) fn turn(&mut self) {
        if std::mem::take(&mut self.is_reversed) {
            let read = in_order(&self.text[self.from..]);
            self.text.truncate(self.from);
            self.text.push_str(&read);
        }
        self.from = self.text.len();
    }

    fn end_line(&mut self) {
        self.turn();
        self.text.push('\n');
        self.turn();
    }

    pub(super) fn finish(mut self) -> String {
        self.turn();
        self.text
    }

    /// So far, the last of it as it was told.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }
}

/// What stands on another glyph, wherever its own place is.
fn is_mark(glyph: &str) -> bool {
    !glyph.is_empty() && glyph.chars().all(|c| bidi_class(c) == BidiClass::NSM)
}

fn is_right_to_left(c: char) -> bool {
    matches!(bidi_class(c), BidiClass::R | BidiClass::AL)
}

/// As text is read whose characters are given from left to right: to show it would reverse it once more, so its parts change
/// places by the same rules.
fn in_order(shown: &str) -> String {
    let letters = shown.chars().filter(|c| c.is_alphabetic());
    let (right_to_left, left_to_right): (Vec<char>, Vec<char>) =
        letters.partition(|c| is_right_to_left(*c));
    let level = if right_to_left.len() > left_to_right.len() {
        Level::rtl()
    } else {
        Level::ltr()
    };
    let line = ParagraphBidiInfo::new(shown, Some(level));
    line.reorder_line(0..shown.len()).into_owned()
}

/// A page as it is told glyph by glyph. The rules for lines and words are those of the library's own output.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) text: Text,
    is_first_of_word: bool,
    /// Where the last glyph began and ended.
    x: f64,
    end: f64,
    y: f64,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            text: Text::default(),
            is_first_of_word: false,
            x: f64::NEG_INFINITY,
            // Nothing stands to the right of it.
            end: f64::INFINITY,
            y: 0.0,
        }
    }
}

impl Page {
    /// Whatever has to stand before a glyph that begins here.
    fn move_to(&mut self, x: f64, y: f64, size: f64) {
        let drop = (y - self.y).abs();
        if self.is_first_of_word {
            if drop > size * 1.5 {
                self.text.end_line();
            }
            if x < self.end && drop > size * 0.5 {
                self.text.end_line();
            }
        }
        let is_apart = x < self.x || x > self.end + size * COLUMN_GAP;
        if is_apart {
            self.text.turn();
        }
        if self.is_first_of_word && x > self.end + size * 0.1 {
            self.text.push(" ");
        }
        if is_apart {
            self.text.turn();
        }
    }
}

impl OutputDev for Page {
    fn begin_page(
        &mut self,
        _number: u32,
        _media: &MediaBox,
        _art: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        place: &Transform,
        width: f64,
        _spacing: f64,
        font_size: f64,
        glyph: &str,
    ) -> Result<(), OutputError> {
        if is_mark(glyph) {
            self.text.push(glyph);
            return Ok(());
        }
        let (across, down) = (place.m11 + place.m21, place.m12 + place.m22);
        // The side of a square as large as what the font's becomes; none where it is turned over.
        let size = (across * down).sqrt() * font_size.abs();
        let (x, y) = (place.m31, place.m32);
        self.move_to(x, y, size);
        self.text.push(glyph);
        self.is_first_of_word = false;
        (self.x, self.y, self.end) = (x, y, x + width * size);
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        self.is_first_of_word = true;
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Glyphs of one size and width, a string from each place.
    fn page(strings: &[(f64, f64, &[&str])], step: f64) -> String {
        let mut page = Page::default();
        for (x, y, glyphs) in strings {
            page.begin_word().expect("no writer");
            for (at, glyph) in glyphs.iter().enumerate() {
                let x = x + at as f64 * step;
                let place = Transform::row_major(1.0, 0.0, 0.0, 1.0, x, *y);
                page.output_character(&place, 0.5, 0.0, 10.0, glyph)
                    .expect("no writer");
            }
        }
        page.text.finish()
    }

    fn glyphs(text: &str) -> Vec<&str> {
        text.split("").filter(|glyph| !glyph.is_empty()).collect()
    }

    #[test]
    fn what_is_read_from_right_to_left_is_put_in_order() {
        for (shown, read) in [
            ("ملاعلاب ابحرم", "مرحبا بالعالم"),
            ("42 קרפ", "פרק 42"),
            ("Hebrew text: םולש", "Hebrew text: שלום"),
            (".דומעב 12/05 לע Word גוס", "סוג Word על 12/05 בעמוד."),
            ("Nothing of it (at 10)", "Nothing of it (at 10)"),
        ] {
            assert_eq!(page(&[(0.0, 0.0, &glyphs(shown))], 5.0), read);
        }
    }

    #[test]
    fn what_is_in_order_already_stays_so() {
        assert_eq!(
            page(&[(90.0, 0.0, &glyphs("שלום עולם"))], -5.0),
            "שלום עולם"
        );
        // A string for each word, from the right.
        let words: [(f64, f64, &[&str]); 3] = [
            (60.0, 0.0, &["ם", "ו", "ל", "ש"]),
            (55.0, 0.0, &[" "]),
            (30.0, 0.0, &["ם", "ל", "ו", "ע"]),
        ];
        assert_eq!(page(&words, 5.0), "שלום עולם");
    }

    #[test]
    fn a_ligature_and_the_cells_of_a_table_keep_their_order() {
        let ligature: [(f64, f64, &[&str]); 1] = [(0.0, 0.0, &["م", "لا", "س"])];
        assert_eq!(page(&ligature, 5.0), "سلام");
        let cells: [(f64, f64, &[&str]); 2] = [(0.0, 0.0, &["א", "ב"]), (300.0, 0.0, &["ג", "ד"])];
        assert_eq!(page(&cells, 5.0), "בא דג");
    }

    #[test]
    fn lines_and_words_end_where_glyphs_are_apart() {
        let strings: [(f64, f64, &[&str]); 4] = [
            (0.0, 50.0, &["a", "b"]),
            (14.0, 50.0, &["c"]),
            (0.0, 38.0, &["d"]),
            (0.0, 10.0, &["e"]),
        ];
        assert_eq!(page(&strings, 5.0).trim_start(), "ab c\nd\n\ne");
    }
}
